"""SQL Server Enterprise on a host: with every core licensed and Software Assurance, any number of VMs may run.

Otherwise each licence assigned carries one VM, and every further VM needs one more.
"""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: microsoft-sw-license-metrics"


def count(given: Given, book: Book) -> Outputs:
    """``{additional_core_licenses}`` for ``vms`` on a ``host`` with ``core_licenses_assigned``."""
    book.source = SOURCE
    if not given.has("host", "core_licenses_assigned", "vms"):
        raise given.no_shape("edition, sa, host (physical_cores), core_licenses_assigned and vms")
    cores, assigned, vms = (
        given.inner("host").whole("physical_cores"),
        given.whole("core_licenses_assigned"),
        given.whole("vms"),
    )
    if given.flag("sa") and assigned >= cores:
        says = "all cores licensed, with Software Assurance: any number of VMs"
        return {
            "additional_core_licenses": book.step(
                "MS-SQL-VM-01", says, 0, inputs={"cores": cores, "assigned": assigned}
            )
        }
    if assigned < cores:
        book.warn(f"only {assigned} of {cores} cores are licensed: a host must be licensed in full")
    more = book.step(
        "MS-SQL-VM-02",
        "one more licence for each VM beyond those assigned",
        max(0, vms - assigned),
        expression=f"max(0, {vms} - {assigned})",
    )
    return {"additional_core_licenses": more}
