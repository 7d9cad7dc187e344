"""The register of metrics and rules: one line each, so that adding one is its own file and a line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from licensing.counting import Book, Outputs
from licensing.metrics import (
    adobe_named_user,
    autodesk_flex,
    autodesk_flex_drawdown,
    autodesk_named_user,
    cal,
    cal_version_rights,
    concurrent_peak,
    cost_optimisation,
    elp_position,
    enterprise_true_up,
    ibm_cloud_pak,
    ibm_high_water_mark,
    ibm_pvu,
    ibm_vpc,
    java_se_employee,
    license_pack_mix,
    m365_apps_user,
    mssql_failover_rights,
    mssql_legacy_host_models,
    mssql_per_core,
    mssql_server_cal_enterprise,
    mssql_vm_rights,
    oracle_edition_limits,
    oracle_failover_10_day,
    oracle_multitenant_option,
    oracle_named_user_plus,
    oracle_processor,
    oracle_processor_cloud,
    pack_rights,
    per_device,
    per_named_user,
    per_processor,
    redhat_per_core,
    redhat_socket_pair,
    sap_digital_access,
    sap_fue,
    sap_named_user,
    site_license,
    subscription_active_rights,
    subscription_spend,
    tiered_value_units,
    unlimited,
    usage_average_sensor,
    user_subscription,
    vmware_order_minimum,
    vmware_per_core,
    vmware_vsan_tib,
    weighted_points,
    windows_server_core,
    windows_server_per_vm,
)
from licensing.problems import LicensingProblem
from licensing.ranges import Turns
from licensing.reading import Given
from licensing.rights import (
    allocations,
    downgrade,
    pools,
    second_use,
    suites,
    upgrade_entitlement,
    upgrade_via_maintenance,
)
from licensing.terms import Parameter, Terms, load_terms

Count = Callable[[Given, Book], Outputs]
OfShape = Callable[[Given], Mapping[str, Any]]
TurnsOf = Callable[[Book], Turns]


class UnknownMetric(LicensingProblem, LookupError):
    """No metric or rule of that name is registered."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The noun a metric is counted in."""

    singular: str
    plural: str

    def of(self, quantity: object) -> str:
        """The noun that fits a quantity.

        >>> Unit("core", "cores").of(1), Unit("core", "cores").of(0)
        ('core', 'cores')
        """
        return self.singular if quantity == 1 else self.plural


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric or rule: how it counts, in which unit, and to whom its units may be assigned.

    ``output`` is the output key that holds the need, empty for rules that find no need. ``holders`` are those of
    person, device, location and department that may hold its units; a rule has none. ``least`` names the term that
    sets the fewest units one holder may be given, ``pack`` the one that sets the size in which units are sold.
    ``of_shape`` turns the facts of one subject into inputs, where the need can be found subject by subject.
    """

    name: str
    label: str
    unit: Unit
    holders: frozenset[str]
    count: Count
    output: str = ""
    of_shape: OfShape | None = None
    least: str | None = None
    pack: str | None = None
    turns: TurnsOf | None = None
    within: frozenset[str] = frozenset()

    @property
    def is_metric(self) -> bool:
        """Whether a licence may be counted by it; a rule of rights or position is not a metric."""
        return bool(self.holders)


def named(metric: str) -> Metric:
    """The registered metric or rule of that name."""
    if metric not in METRICS:
        raise UnknownMetric(
            f"no metric is called {metric!r}: licensing.register.METRICS lists the {len(METRICS)} known"
        )
    return METRICS[metric]


def metrics() -> tuple[Metric, ...]:
    """The metrics by which a licence may be counted, in the order of the register."""
    return tuple(entry for entry in METRICS.values() if entry.is_metric)


def least_units(
    metric: str, *, on: date | None = None, terms: Terms | None = None
) -> tuple[int, Parameter | None]:
    """The fewest units one holder may be given on a day, and the term that says so.

    >>> units, term = least_units("windows_server_core")
    >>> units, term.unit
    (16, 'core licences for each server')
    """
    entry = named(metric)
    if entry.least is None:
        return 1, None
    book = Book(terms or load_terms(), on)
    return book.whole(entry.least), book.terms.on(entry.least, on)


def _line(
    name: str, label: str, unit: str, holders: str, count: Count, output: str = "", **more: Any
) -> Metric:
    singular, _, plural = unit.partition("/")
    return Metric(name, label, Unit(singular, plural), frozenset(holders.split()), count, output, **more)


# fmt: off
METRICS: Mapping[str, Metric] = {line.name: line for line in (
    _line("per_device", "Per device", "device/devices", "device location department", per_device.count, "licenses", of_shape=per_device.of_shape),
    _line("per_named_user", "Per named user", "seat/seats", "person department", per_named_user.count, "licenses", of_shape=per_named_user.of_shape),
    _line("concurrent_peak", "Concurrent users", "seat/seats", "person device location department", concurrent_peak.count, "required"),
    _line("site_license", "Site licence", "site/sites", "location department", site_license.count, "licenses", within=frozenset({"person", "device"})),
    _line("unlimited", "Unlimited", "right/rights", "person device location department", unlimited.count, "consumed"),
    _line("enterprise_true_up", "Enterprise agreement with true-up", "right/rights", "person device location department", enterprise_true_up.count, "true_up_quantity"),
    _line("user_subscription", "User subscription", "seat/seats", "person", user_subscription.count, "not_allocated_in_use"),
    _line("m365_apps_user", "Microsoft 365 Apps, per user", "seat/seats", "person", m365_apps_user.count, "licenses", of_shape=m365_apps_user.of_shape),
    _line("adobe_named_user", "Adobe named user", "seat/seats", "person", adobe_named_user.count, "licenses", of_shape=adobe_named_user.of_shape),
    _line("autodesk_named_user", "Autodesk named user", "seat/seats", "person", autodesk_named_user.count, "licenses", of_shape=autodesk_named_user.of_shape),
    _line("autodesk_flex", "Autodesk Flex tokens", "token/tokens", "person department", autodesk_flex.count, "tokens"),
    _line("usage_average_sensor", "CrowdStrike sensors, mean use", "sensor/sensors", "device department", usage_average_sensor.count, "licenses"),
    _line("weighted_points", "Ivanti points", "point/points", "device department", weighted_points.count, "points"),
    _line("cal", "Client access licence", "CAL/CALs", "person device", cal.count, "cals"),
    _line("sap_fue", "SAP full use equivalents", "FUE/FUEs", "person department", sap_fue.count, "fue"),
    _line("sap_digital_access", "SAP digital access", "document/documents", "department", sap_digital_access.count, "documents_licensed"),
    _line("sap_named_user", "SAP named user", "seat/seats", "person", sap_named_user.count, "total"),
    _line("mssql_per_core", "SQL Server per core", "core/cores", "device", mssql_per_core.count, "core_licenses", of_shape=mssql_per_core.of_shape, least="microsoft.sql.core.minimum_per_processor", pack="microsoft.core.pack"),
    _line("mssql_server_cal_enterprise", "SQL Server Enterprise, Server and CAL (legacy)", "server/servers", "device", mssql_server_cal_enterprise.count, "server_licenses"),
    _line("mssql_legacy_host_models", "SQL Server 2005 and 2008 R2 on virtual hosts (legacy)", "licence/licences", "device", mssql_legacy_host_models.count, "licenses"),
    _line("windows_server_core", "Windows Server per core", "core/cores", "device", windows_server_core.count, "core_licenses", of_shape=windows_server_core.of_shape, least="microsoft.windows_server.core.minimum_per_server", pack="microsoft.core.pack"),
    _line("windows_server_per_vm", "Windows Server per virtual machine", "core/cores", "device", windows_server_per_vm.count, "core_licenses", of_shape=windows_server_per_vm.of_shape, least="microsoft.windows_server.per_vm.minimum_per_vm", pack="microsoft.core.pack"),
    _line("per_processor", "Per processor", "processor/processors", "device", per_processor.count, "licenses"),
    _line("oracle_processor", "Oracle Processor", "processor/processors", "device", oracle_processor.count, "processor_licenses"),
    _line("oracle_processor_cloud", "Oracle Processor, authorised cloud", "processor/processors", "device", oracle_processor_cloud.count, "processor_licenses"),
    _line("oracle_named_user_plus", "Oracle Named User Plus", "seat/seats", "person device", oracle_named_user_plus.count, "nup_required"),
    _line("java_se_employee", "Java SE, per employee", "employee/employees", "department", java_se_employee.count, "licensed_quantity", turns=java_se_employee.turns),
    _line("ibm_pvu", "IBM processor value unit", "PVU/PVUs", "device", ibm_pvu.count, "pvu"),
    _line("ibm_vpc", "IBM virtual processor core", "VPC/VPCs", "device", ibm_vpc.count, "vpc"),
    _line("ibm_cloud_pak", "IBM Cloud Pak", "VPC/VPCs", "device department", ibm_cloud_pak.count, "total"),
    _line("tiered_value_units", "Value units by tiers (RVU, UVU)", "value unit/value units", "device department", tiered_value_units.count, "units"),
    _line("redhat_socket_pair", "Red Hat, socket pair", "subscription/subscriptions", "device", redhat_socket_pair.count, "subscriptions"),
    _line("redhat_per_core", "Red Hat per core", "core/cores", "device", redhat_per_core.count, "core_licenses"),
    _line("vmware_per_core", "VMware per core", "core/cores", "device", vmware_per_core.count, "core_licenses", of_shape=vmware_per_core.of_shape, least="vmware.core.minimum_per_processor"),
    _line("vmware_vsan_tib", "VMware vSAN capacity", "tebibyte/tebibytes", "device", vmware_vsan_tib.count, "required_tib"),
    _line("subscription_active_rights", "Rights active on a day", "right/rights", "", subscription_active_rights.count),
    _line("subscription_spend", "Subscription spend", "right/rights", "", subscription_spend.count),
    _line("pack_rights", "Rights bought in packs", "right/rights", "", pack_rights.count),
    _line("autodesk_flex_drawdown", "Draw-down of Autodesk Flex packs", "token/tokens", "", autodesk_flex_drawdown.count),
    _line("cal_version_rights", "Versions a CAL reaches", "CAL/CALs", "", cal_version_rights.count),
    _line("mssql_vm_rights", "SQL Server virtual machines on a licensed host", "core/cores", "", mssql_vm_rights.count, "additional_core_licenses"),
    _line("mssql_failover_rights", "SQL Server failover replicas", "core/cores", "", mssql_failover_rights.count, "core_licenses"),
    _line("license_pack_mix", "Mix of packs to buy", "pack/packs", "", license_pack_mix.count, turns=license_pack_mix.turns),
    _line("oracle_failover_10_day", "Oracle failover days", "day/days", "", oracle_failover_10_day.count, "days_used"),
    _line("oracle_multitenant_option", "Oracle multitenant option", "database/databases", "", oracle_multitenant_option.count),
    _line("oracle_edition_limits", "Oracle edition limits", "server/servers", "", oracle_edition_limits.count),
    _line("ibm_high_water_mark", "IBM high-water mark", "PVU/PVUs", "", ibm_high_water_mark.count, "reported"),
    _line("vmware_order_minimum", "VMware order minimum", "core/cores", "", vmware_order_minimum.count, "order_quantity"),
    _line("downgrade_rights", "Downgrade rights", "right/rights", "", downgrade.count, "uncovered"),
    _line("upgrade_via_maintenance", "Upgrade through maintenance", "right/rights", "", upgrade_via_maintenance.count),
    _line("upgrade_entitlement", "Upgrades and step-ups", "right/rights", "", upgrade_entitlement.count),
    _line("suite_inference", "Suite inferred from components", "suite/suites", "", suites.infer),
    _line("suite_ranking", "Suite chosen among several", "suite/suites", "", suites.rank),
    _line("second_use", "Second use", "licence/licences", "", second_use.count, "consumed"),
    _line("license_pool", "Pools and allocations", "right/rights", "", pools.count, "covered_total"),
    _line("allocation_host", "Allocation to a host", "core/cores", "", allocations.count, "rights_consumed"),
    _line("elp_position", "Effective licence position", "right/rights", "", elp_position.count),
    _line("cost_optimisation", "Cheapest layout", "core/cores", "", cost_optimisation.count),
)}
# fmt: on
