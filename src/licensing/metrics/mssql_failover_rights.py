"""SQL Server replicas: with Software Assurance or a subscription each primary frees some passive ones.

Passive means no reads, no reports, no work. A second replica of the same kind is licensed.
"""

from collections import Counter

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = (
    "ServiceNow documentation: microsoft-sql-server-ha-configurations; itassetmanagement.net, 5 November 2019"
)
ROLES = ("primary", "readable_secondary", "passive_ha", "passive_dr", "passive_dr_azure")


def count(given: Given, book: Book) -> Outputs:
    """``{core_licenses, licensed_replicas}`` over ``replicas`` in the order listed."""
    book.source = SOURCE
    if not given.has("replicas"):
        raise given.no_shape("sa_or_subscription and replicas (role, vcores)")
    covered, replicas = given.flag("sa_or_subscription"), given.rows("replicas")
    roles = [replica.choice("role", ROLES) for replica in replicas]
    free = _freed(roles, book) if covered else Counter[frozenset[str]]()
    least = book.whole("microsoft.sql.core.minimum_per_vm")
    cores = []
    for role, replica in zip(roles, replicas, strict=True):
        group = next((group for group in free if role in group and free[group]), None)
        if group is None:
            says = f"a {role} is licensed, at least {least} cores"
            cores.append(
                book.step(
                    "MS-SQL-HA-02",
                    says,
                    max(least, replica.whole("vcores")),
                    inputs={"vcores": replica.whole("vcores")},
                )
            )
        else:
            free[group] -= 1
            book.step("MS-SQL-HA-01", f"a {role} is free beside its primary", 0)
    return {
        "core_licenses": book.step("MS-SQL-HA-03", "core licences", sum(cores)),
        "licensed_replicas": len(cores),
    }


def _freed(roles: list[str], book: Book) -> Counter[frozenset[str]]:
    """How many replicas of each group of roles the primaries free."""
    groups = book.term("microsoft.sql.failover.freed_for_each_primary")
    return Counter({frozenset(group): roles.count("primary") for group in groups})
