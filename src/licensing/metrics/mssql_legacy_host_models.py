"""SQL Server 2005 Enterprise and 2008 R2 Datacenter on virtual hosts (legacy): two models, told apart by name."""

from licensing.counting import Book, Outputs
from licensing.quantities import packs_of
from licensing.reading import Given

SOURCE = "help.matrix42.com, SQL Server Enterprise and Datacenter licence models"
MODELS = ("sql2005_enterprise_server_cal_no_mobility", "sql2008r2_datacenter_cpu_mobility")


def count(given: Given, book: Book) -> Outputs:
    """``{licenses, uncapped?}`` for the VMs of one ``host``; disabled VMs never count."""
    book.source = SOURCE
    model, vms = given.choice("model", MODELS), given.rows("vms")
    enabled = [vm for vm in vms if vm.has("enabled") and vm.flag("enabled")]
    if model == MODELS[0]:
        return _per_server(vms, bool(enabled), book)
    host = given.inner("host")
    threads, sockets = host.whole("threads_per_core", least=1), host.whole("sockets", least=1)
    uncapped = sum(packs_of(vm.whole("processors"), threads) for vm in enabled)
    book.step(
        "MS-SQL-LEGACY-02",
        "cores used by enabled VMs",
        uncapped,
        expression=f"sum of ceil(processors / {threads})",
        rounding="for each VM",
    )
    licences = book.step(
        "MS-SQL-LEGACY-03",
        "no more than the host's processors",
        min(uncapped, sockets),
        expression=f"min({uncapped}, {sockets})",
    )
    return {"licenses": licences, "uncapped": uncapped}


def _per_server(vms: tuple[Given, ...], enabled: bool, book: Book) -> Outputs:
    days = book.whole("microsoft.reassignment_days")
    kept = any(vm.has("moved_away_days_ago") and vm.whole("moved_away_days_ago") < days for vm in vms)
    says = f"one licence while a VM runs here or left fewer than {days} days ago"
    return {
        "licenses": book.step(
            "MS-SQL-LEGACY-01", says, int(enabled or kept), inputs={"enabled": enabled, "moved lately": kept}
        )
    }
