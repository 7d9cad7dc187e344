"""SQL Server per core: every physical core, or every virtual core of each VM or container, with minimums.

A physical processor, a VM and a container count for at least four cores each. Hyper-threads are not counted on a
host; a VM's virtual cores include its threads. Licences are sold in packs of two: the pack rounds the purchase,
once over the total, never the need.
"""

from collections.abc import Mapping
from typing import Any

from licensing.counting import Book, Outputs
from licensing.quantities import ceiling, packs_of, plain, written
from licensing.reading import Given

SOURCE = "ServiceNow documentation: microsoft-sw-license-metrics, microsoft-licensing-software-containers"
LAYERS = ("physical", "vm", "container")


def count(given: Given, book: Book) -> Outputs:
    """``{core_licenses, two_core_packs, core_licenses_purchased, cost?}``, or ``{required, shortfall}``."""
    book.source = SOURCE
    if given.has("required_cores", "licenses_owned"):
        return _against_owned(given, book)
    if given.has("licensable_cores"):
        cores = given.whole("licensable_cores")
        book.step("MS-SQL-CORE-00", "licensable cores as counted elsewhere", cores)
    elif given.has("layer"):
        cores = _of_layer(given, book)
    else:
        raise given.no_shape(
            "layer with hosts, vms or containers", "licensable_cores", "required_cores and licenses_owned"
        )
    return {"core_licenses": cores, **_purchase(given, book, cores)}


def of_shape(facts: Given) -> Mapping[str, Any]:
    """The inputs for one device of a shape."""
    if facts.flag("virtual"):
        return {"layer": "vm", "vms": [{"vcores": facts.values.get("vcores")}]}
    keys = ("sockets", "cores_per_socket", "cores_total")
    return {
        "layer": "physical",
        "hosts": [{key: facts.values[key] for key in keys if facts.values.get(key) is not None}],
    }


def _of_layer(given: Given, book: Book) -> int:
    layer = given.choice("layer", LAYERS)
    if layer == "physical":
        each = [_of_host(host, book, given) for host in given.rows("hosts")]
    else:
        each = _of_machines(given, book, layer)
    return book.step(
        "MS-SQL-CORE-04", "core licences, all together", sum(each), expression=" + ".join(map(str, each))
    )


def _of_host(host: Given, book: Book, given: Given) -> int:
    if host.has("cores_total") and not host.has("sockets", "cores_per_socket"):
        return _of_known_cores(host, book)
    sockets, per_socket = host.whole("sockets", least=1), host.whole("cores_per_socket", least=1)
    least = book.whole("microsoft.sql.core.minimum_per_processor")
    factor = _core_factor(host, book, given)
    cores = ceiling(sockets * per_socket * factor)
    return book.step(
        "MS-SQL-CORE-01",
        f"a host with {sockets} x {per_socket} cores, at least {least} for each physical processor",
        max(least * sockets, cores),
        expression=f"max({least} x {sockets}, ceil({sockets} x {per_socket} x {written(factor)}))",
        rounding="for each host",
        inputs={"sockets": sockets, "cores_per_socket": per_socket, "core_factor": factor},
    )


def _of_known_cores(host: Given, book: Book) -> int:
    cores = host.whole("cores_total", least=1)
    least = book.whole("microsoft.sql.core.minimum_per_processor")
    book.warn(
        "processors unknown on a host given by its cores alone: the minimum is applied once, not for each"
    )
    return book.step(
        "MS-SQL-CORE-02",
        f"a host with {cores} cores on processors unknown, at least {least}",
        max(least, cores),
        expression=f"max({least}, {cores})",
        inputs={"cores_total": cores},
    )


def _core_factor(host: Given, book: Book, given: Given) -> Any:
    if not host.has("core_factor"):
        return 1
    factor = host.number("core_factor")
    versions = book.term("microsoft.sql.core_factor.versions")
    if not given.has("product_version"):
        book.warn(f"a core factor holds for versions {', '.join(versions)} only; the version was not given")
    elif given.text("product_version") not in versions:
        book.warn(f"core factor {written(factor)} left out: it holds for versions {', '.join(versions)} only")
        return 1
    return factor


def _of_machines(given: Given, book: Book, layer: str) -> list[int]:
    rows, key = ("vms", "vcores") if layer == "vm" else ("containers", "vcpus")
    least = book.whole(f"microsoft.sql.core.minimum_per_{layer}")
    cores = [machine.whole(key, least=1) for machine in given.rows(rows)]
    each = [max(least, count) for count in cores]
    book.step(
        "MS-SQL-CORE-03",
        f"each of the {rows} counts for at least {least} cores",
        sum(each),
        expression=" + ".join(f"max({least}, {count})" for count in cores) or "0",
        inputs={key: ", ".join(map(str, cores)) or "none"},
    )
    return each


def _purchase(given: Given, book: Book, cores: int) -> Outputs:
    pack = book.whole("microsoft.core.pack")
    packs = book.step(
        "MS-SQL-CORE-05",
        f"packs of {pack} to buy",
        packs_of(cores, pack),
        expression=f"ceil({cores} / {pack})",
        rounding="once, on the total",
        about="purchase",
    )
    bought: Outputs = {"two_core_packs": packs, "core_licenses_purchased": packs * pack}
    price = _price(given, book)
    if price is not None:
        says = f"cost at {written(price)} a core licence"
        bought["cost"] = book.step(
            "MS-SQL-CORE-06",
            says,
            plain(cores * price),
            expression=f"{cores} x {written(price)}",
            about="purchase",
        )
    return bought


def _price(given: Given, book: Book) -> Any:
    if given.has("unit_cost"):
        return given.number("unit_cost")
    if not given.has("edition"):
        return None
    prices = book.term("microsoft.sql.core.example_price")
    return prices.get(given.text("edition"))


def _against_owned(given: Given, book: Book) -> Outputs:
    required, owned = given.whole("required_cores"), given.whole("licenses_owned")
    shortfall = book.step(
        "MS-SQL-CORE-07",
        "core licences short",
        max(0, required - owned),
        expression=f"max(0, {required} - {owned})",
        inputs={"required_cores": required, "licenses_owned": owned},
    )
    return {"required": required, "shortfall": shortfall}
