"""The names a file uses for what a company has: products, people, regions and the rest, looked up once for all rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from licensing.register import metrics
from trueup.base.actor import Actor
from trueup.catalogue.models import Edition, Version
from trueup.catalogue.queries import products_by_name, products_visible_to
from trueup.connectors.spreadsheet.licence_row import LicenceRow
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.connectors.spreadsheet.words import normal
from trueup.devices.queries import devices_visible_to
from trueup.people.queries import people_visible_to
from trueup.tenancy.queries import company_for, cost_centres_visible_to, region_in, regions_visible_to

UNKNOWN_PUBLISHER = "Unknown publisher"
LISTED = 8

ProductKey = tuple[str, str]
ChoiceKey = tuple[int, str]


def known_metrics() -> dict[str, str]:
    """Metrics of this version by name and by label, comparable."""
    return {normal(word): metric.name for metric in metrics() for word in (metric.name, metric.label)}


@dataclass(frozen=True, slots=True)
class Names:
    """What is there, by name in lower case."""

    company: str
    products: Mapping[ProductKey, int]
    by_product_name: Mapping[str, tuple[ProductKey, ...]]
    product_metrics: Mapping[int, str]
    editions: Mapping[ChoiceKey, int]
    versions: Mapping[ChoiceKey, int]
    people: Mapping[str, int | None]
    devices: Mapping[str, int | None]
    regions: Mapping[str, int]
    default_region: int
    cost_centres: Mapping[str, int]

    def product_key(self, row: LicenceRow) -> ProductKey:
        """The product a row names: with its publisher, or by its name where only one product has it."""
        name = row.product.lower()
        if row.publisher:
            return (row.publisher.lower(), name)
        sharing = self.by_product_name.get(name, ())
        if len(sharing) > 1:
            publishers = ", ".join(publisher for publisher, _ in sharing[:LISTED])
            raise RefusedValueError(
                "several products",
                gettext("Add a publisher: %(publishers)s have a product of that name.")
                % {"publishers": publishers},
            )
        return sharing[0] if sharing else (UNKNOWN_PUBLISHER.lower(), name)

    def region(self, row: LicenceRow) -> int:
        """The region a row names, or the company's default one (R-035)."""
        if not row.region:
            return self.default_region
        if row.region.lower() not in self.regions:
            known = ", ".join(sorted(self.regions)[:LISTED])
            raise RefusedValueError(
                "unknown region",
                gettext("The company has the regions %(known)s. Add it or correct it.") % {"known": known},
            )
        return self.regions[row.region.lower()]

    def metric(self, row: LicenceRow, product_id: int | None) -> str:
        """The metric a row names, or its product's own; a general one gives way to the product's of the same kind."""
        own = self.product_metrics.get(product_id or 0, "")
        known = {metric.name for metric in metrics()}
        if row.metric in known:
            return row.metric
        if own in known and (row.metric is None or row.metric.removeprefix("per_") in own):
            return own
        listed = ", ".join(sorted(metric.label for metric in metrics())[:LISTED])
        if row.metric is None:
            raise RefusedValueError(
                "missing licence type",
                gettext("Every licence has a type. Name one, such as %(listed)s.") % {"listed": listed},
            )
        raise RefusedValueError(
            "licence type not counted",
            gettext("“%(metric)s” is not counted. Choose one, such as %(listed)s.")
            % {"metric": row.metric, "listed": listed},
        )

    def person(self, name: str) -> int:
        """A person by login, e-mail, employee number or full name."""
        return only(self.people, name, "person", gettext("Add the person first, or correct the name."))

    def device(self, name: str) -> int:
        """A device by host name or serial number."""
        return only(self.devices, name, "device", gettext("Add the device first, or correct the name."))


def only(known: Mapping[str, int | None], name: str, what: str, way_out: str) -> int:
    """The one id of that name; None stands for a name that several share."""
    if name.lower() not in known:
        raise RefusedValueError(f"unknown {what}", way_out)
    found = known[name.lower()]
    if found is None:
        raise RefusedValueError(
            f"several are called so: {what}", gettext("Use the login or the serial number instead.")
        )
    return found


def look_up(*, actor: Actor, company_id: int, rows: Iterable[LicenceRow]) -> Names:
    """Everything the rows may name, in a few queries."""
    rows = list(rows)
    products = products_by_name(actor=actor, company_id=company_id)
    by_name: dict[str, list[ProductKey]] = {}
    for key in products:
        by_name.setdefault(key[1], []).append(key)
    wanted = {row.product.lower() for row in rows}
    ids = {pk for key, pk in products.items() if key[1] in wanted}
    return Names(
        company=company_for(actor=actor, company_id=company_id).name,
        products=products,
        by_product_name={name: tuple(keys) for name, keys in by_name.items()},
        product_metrics=dict(products_visible_to(actor=actor).filter(pk__in=ids).values_list("pk", "metric")),
        editions=choices(Edition, ids),
        versions=choices(Version, ids),
        people=people_by_name(actor, company_id)
        if any(row.owner or row.holder_people for row in rows)
        else {},
        devices=devices_by_name(actor, company_id) if any(row.holder_devices for row in rows) else {},
        regions={
            name.lower(): pk
            for pk, name in regions_visible_to(actor=actor)
            .filter(company_id=company_id)
            .values_list("pk", "name")
        },
        default_region=region_in(company_id=company_id, region_id=None).pk,
        cost_centres={
            code.lower(): pk
            for pk, code in cost_centres_visible_to(actor=actor)
            .filter(company_id=company_id)
            .values_list("pk", "code")
        },
    )


def choices(model: type[Edition | Version], product_ids: set[int]) -> dict[ChoiceKey, int]:
    """Editions or versions of the products, by their names and keys."""
    found = model.objects.filter(product_id__in=product_ids).values_list("product_id", "name", "key", "pk")
    return {(product, word.lower()): pk for product, name, key, pk in found for word in (key, name)}


def people_by_name(actor: Actor, company_id: int) -> dict[str, int | None]:
    """People by whatever a file may call them; a name that two share is nobody's."""
    people = people_visible_to(actor=actor).filter(company_id=company_id)
    return gathered(people.values_list("pk", "username", "email", "employee_number", "name"))


def devices_by_name(actor: Actor, company_id: int) -> dict[str, int | None]:
    """Devices by host name and serial number."""
    devices = devices_visible_to(actor=actor).filter(company_id=company_id)
    return gathered(devices.values_list("pk", "hostname", "serial"))


def gathered(rows: Iterable[tuple[int, *tuple[str, ...]]]) -> dict[str, int | None]:
    """Ids by every word of their rows."""
    found: dict[str, int | None] = {}
    for pk, *words in rows:
        for word in filter(None, words):
            key = word.lower()
            found[key] = pk if found.get(key, pk) == pk else None
    return found
