"""Two small cost comparisons: how to lay SQL Server over hosts and VMs, and Windows Standard against Datacenter.

The general question, many products and grants at once, is the optimiser's; these two are decided by comparing every
layout named here.
"""

from dataclasses import dataclass

from licensing.counting import Book, Outputs
from licensing.quantities import Exact, packs_of, plain, written
from licensing.reading import Given

SOURCE = "ServiceNow documentation: microsoft-cost-based-licensing-optimization-example; itcgeorgia.ge, virtualisation guide"
ENTERPRISE = "Enterprise"


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights of one price that cover some editions."""

    id: str
    rights: int
    price: Exact
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A lawful layout: units taken from Enterprise and from other grants, and their cost."""

    says: str
    enterprise: int
    standard: int
    cost: Exact


def count(given: Given, book: Book) -> Outputs:
    """``{best_cost, enterprise_rights, standard_rights, all_enterprise_cost, savings}`` or ``{standard_sets, ...}``."""
    book.source = SOURCE
    if given.has("standard_price", "datacenter_price"):
        return _windows(given, book)
    if given.has("entitlements", "vms", "hosts_cores"):
        return _sql(given, book)
    raise given.no_shape(
        "entitlements, hosts_cores and vms", "standard_price, datacenter_price, vms and cores"
    )


def _windows(given: Given, book: Book) -> Outputs:
    vms, standard, datacenter = (
        given.whole("vms"),
        given.number("standard_price"),
        given.number("datacenter_price"),
    )
    per_set = book.whole("microsoft.windows_server.standard.instances_per_set")
    sets = book.step(
        "COST-01",
        f"Standard: a full licensing for {per_set} VMs",
        packs_of(vms, per_set),
        expression=f"ceil({vms} / {per_set})",
    )
    cost = book.step(
        "COST-02",
        "Standard costs",
        plain(sets * standard),
        expression=f"{sets} x {written(standard)}",
        about="purchase",
    )
    best = book.step(
        "COST-03", "the cheaper edition", "Datacenter" if cost > datacenter else "Standard", about="purchase"
    )
    return {"standard_sets": sets, "standard_cost": cost, "best": best}


def _sql(given: Given, book: Book) -> Outputs:
    grants = [_grant(row) for row in given.rows("entitlements")]
    least = book.whole("microsoft.sql.core.minimum_per_vm")
    vms = [
        (vm.text("id"), max(least, vm.whole("cores", least=1)), vm.text("edition"))
        for vm in given.rows("vms")
    ]
    whole = [
        _all_enterprise("Enterprise on every core of every host", sum(given.wholes("hosts_cores")), grants),
        _all_enterprise("Enterprise on every VM", sum(cores for _, cores, _ in vms), grants),
    ]
    layouts = [layout for layout in (*whole, _mixed(vms, grants)) if layout]
    for layout in layouts:
        book.step(
            "COST-04",
            layout.says,
            layout.cost,
            inputs={"Enterprise": layout.enterprise, "others": layout.standard},
            about="purchase",
        )
    full = min((layout.cost for layout in whole if layout), default=None)
    best = min(layouts, key=lambda layout: layout.cost, default=None)
    if best is None:
        raise given.refused(
            "entitlements", "hold too few rights for any layout", "add the rights that may be bought"
        )
    savings = None if full is None else plain(full - best.cost)
    return {
        "best_cost": best.cost,
        "enterprise_rights": best.enterprise,
        "standard_rights": best.standard,
        "all_enterprise_cost": full,
        "savings": savings,
    }


def _grant(row: Given) -> Grant:
    return Grant(row.text("id"), row.whole("rights"), row.number("unit_cost"), row.texts("covers"))


def _all_enterprise(says: str, cores: int, grants: list[Grant]) -> Layout | None:
    rest = cores
    cost: Exact = 0
    for grant in sorted(
        (grant for grant in grants if ENTERPRISE in grant.covers), key=lambda grant: (grant.price, grant.id)
    ):
        taken = min(rest, grant.rights)
        rest, cost = rest - taken, plain(cost + taken * grant.price)
    return None if rest else Layout(says, cores, 0, cost)


def _mixed(vms: list[tuple[str, int, str]], grants: list[Grant]) -> Layout | None:
    """Each VM under the cheapest right that covers its edition and has room; VMs with the least choice go first."""
    left, used = {grant.id: grant.rights for grant in grants}, {grant.id: 0 for grant in grants}

    def choice(vm: tuple[str, int, str]) -> tuple[int, int, str]:
        return sum(vm[2] in grant.covers for grant in grants), -vm[1], vm[0]

    for _, cores, edition in sorted(vms, key=choice):
        fitting = [grant for grant in grants if edition in grant.covers and left[grant.id] >= cores]
        if not fitting:
            return None
        cheapest = min(fitting, key=lambda grant: (grant.price, grant.id))
        left[cheapest.id] -= cores
        used[cheapest.id] += cores
    enterprise = sum(used[grant.id] for grant in grants if ENTERPRISE in grant.covers)
    cost = plain(sum(used[grant.id] * grant.price for grant in grants))
    return Layout(
        "each VM under the cheapest right that covers it", enterprise, sum(used.values()) - enterprise, cost
    )
