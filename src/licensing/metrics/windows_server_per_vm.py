"""Windows Server per virtual machine: every virtual core with a minimum, for those with Software Assurance only."""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: microsoft-percore-withcal; samexpert.com, per-VM terms"


def count(given: Given, book: Book) -> Outputs:
    """``{allowed, core_licenses?}`` over ``vms``; CALs must carry Software Assurance too."""
    book.source = SOURCE
    if not given.has("vms"):
        raise given.no_shape("sa_or_subscription and vms (vcores)")
    if not given.flag("sa_or_subscription"):
        says = "licensing by VM asks for Software Assurance or a subscription"
        return {"allowed": book.step("MS-WIN-VM-01", says, value=False)}
    least = book.whole("microsoft.windows_server.per_vm.minimum_per_vm")
    cores = [max(least, vm.whole("vcores", least=1)) for vm in given.rows("vms")]
    says = f"core licences, at least {least} for each VM"
    total = book.step("MS-WIN-VM-02", says, sum(cores), expression=" + ".join(map(str, cores)) or "0")
    eligible = book.whole("microsoft.windows_server.per_vm.minimum_per_customer")
    if total < eligible:
        book.warn(
            f"a customer must hold at least {eligible} such licences to license by VM; this need is not raised by it"
        )
    return {"allowed": True, "core_licenses": total}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one virtual machine of a shape."""
    return {
        "sa_or_subscription": facts.flag("sa_or_subscription"),
        "vms": [{"vcores": facts.values.get("vcores")}],
    }
