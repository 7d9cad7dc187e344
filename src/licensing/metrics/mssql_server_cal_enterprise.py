"""SQL Server Enterprise under Server and CAL (legacy): licences for each host by the VMs it may come to run.

Potential means every VM that can move there. CALs are counted apart.
"""

from fractions import Fraction

from licensing.counting import Book, Outputs
from licensing.quantities import ceiling
from licensing.reading import Given

SOURCE = "ServiceNow documentation: microsoft-sql-server-enterprise-edition-licensing-modal"


def count(given: Given, book: Book) -> Outputs:
    """``{server_licenses}`` over ``hosts`` with potential VMs and their cores."""
    book.source = SOURCE
    if not given.has("hosts"):
        raise given.no_shape("hosts (potential_vms, potential_vm_cores)")
    each = [_of_host(host, book) for host in given.rows("hosts")]
    return {
        "server_licenses": book.step(
            "MS-SQL-CAL-02", "server licences", sum(each), expression=" + ".join(map(str, each)) or "0"
        )
    }


def _of_host(host: Given, book: Book) -> int:
    vms, cores = host.whole("potential_vms"), host.whole("potential_vm_cores")
    per_vms = book.whole("microsoft.sql.server_cal.vms_per_license")
    per_cores = book.whole("microsoft.sql.server_cal.cores_per_license")
    return book.step(
        "MS-SQL-CAL-01",
        f"one licence for {per_vms} VMs and {per_cores} cores, whichever asks for more",
        ceiling(max(Fraction(vms, per_vms), Fraction(cores, per_cores))),
        expression=f"ceil(max({vms} / {per_vms}, {cores} / {per_cores}))",
        rounding="for each host, after the greater is taken",
    )
