"""Free labels to the product's own words: licence types and what a price is for."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.sheets import Cell
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.connectors.spreadsheet.words import normal

UNKNOWN_METRIC = "unknown licence type"

METRIC_WORDS = {
    "per_named_user": "user, users, per user, named user, named users, per named user, single user, seat, seats, "
    "per seat, person, per person, user licence, user license, user subscription, member, per member, employee, "
    "nutzer, je nutzer, pro nutzer, benutzer, je benutzer, pro benutzer, pro person, je person, named nutzer, "
    "anwender, pro anwender, mitarbeiter, pro mitarbeiter, pro user, je user, je mitarbeiter, "
    "utilisateur, par utilisateur, utilisateur nommé, utilisateurs nommés, par personne, par siège, par membre",
    "per_device": "device, devices, per device, computer, per computer, machine, per machine, workstation, pc, per pc, "
    "per install, per installation, installation, hardware, oem, per workstation, per endpoint, endpoint, "
    "gerät, je gerät, pro gerät, arbeitsplatz, pro arbeitsplatz, je arbeitsplatz, rechner, pro rechner, pro pc, "
    "appareil, par appareil, poste, par poste, par ordinateur, ordinateur, par machine, par installation",
    "cal": "user cal, cal user, user cals, client access user, cal nutzer, nutzer cal, benutzer cal, "
    "cal utilisateur, cal, client access licence, client access license, device cal, cal device, device cals, client access device, cal gerät, geräte cal, cal appareil",
    "per_core": "core, cores, per core, core licence, core license, per physical core, kern, kerne, je kern, pro kern, "
    "pro core, je core, cœur, par cœur, coeur, par coeur",
    "per_processor": "processor, processors, per processor, cpu, per cpu, socket, per socket, sockets, prozessor, "
    "je prozessor, pro prozessor, pro cpu, je cpu, sockel, pro sockel, processeur, par processeur, par cpu, par socket",
    "concurrent_peak": "concurrent, concurrent user, concurrent users, floating, floating user, network, network licence, "
    "network license, shared, per concurrent user, concurrent use, gleichzeitig, gleichzeitige nutzer, netzwerklizenz, "
    "floating lizenz, simultané, utilisateur simultané, utilisateurs simultanés, flottante, licence flottante, réseau",
    "site_license": "site, site licence, site license, campus, location, standort, standortlizenz, site lizenz, "
    "licence de site, licence site",
    "enterprise_true_up": "enterprise, enterprise agreement, enterprise wide, organisation wide, organization wide, company wide, "
    "unternehmensweit, unternehmenslizenz, konzernlizenz, entreprise, licence entreprise",
    "user_subscription": "subscription, saas, abonnement, abo, mietlizenz, rental",
    "unlimited": "unlimited, unlimited use, unbegrenzt, unlimitiert, illimité, illimitée, free, freeware, open source",
}
METRIC_OF_WORD = {normal(word): code for code, words in METRIC_WORDS.items() for word in words.split(",")}


class PriceBasis(StrEnum):
    """What a price pays for."""

    UNIT = "unit"
    PACK = "pack"
    TOTAL = "total"


BASIS_WORDS = {
    PriceBasis.UNIT: "unit, per unit, each, per seat, seat, per user, per licence, per license, stück, pro stück, einheit, "
    "je einheit, einzeln, unité, par unité, unitaire, par poste",
    PriceBasis.PACK: "pack, per pack, package, bundle, paket, pro paket, lot, par lot, paquet",
    PriceBasis.TOTAL: "total, all, sum, gesamt, summe, insgesamt, tout, somme, line, row",
}
BASIS_OF_WORD = {normal(word): basis for basis, words in BASIS_WORDS.items() for word in words.split(",")}


def read_metric(
    cell: Cell, *, labels: Mapping[str, str] | None = None, known: frozenset[str] = frozenset()
) -> str:
    """The metric a label means: the person's own mapping first, then a code, then the usual words.

    `labels` maps labels in their comparable form to metric codes; `known` are the codes taken as they stand.

    >>> read_metric("Je Nutzer"), read_metric("CAL-Device"), read_metric("per core")
    ('per_named_user', 'cal', 'per_core')
    """
    word = normal(str(cell))
    code = (labels or {}).get(word) or (str(cell).strip() if str(cell).strip() in known else None)
    code = (
        code
        or METRIC_OF_WORD.get(word)
        or METRIC_OF_WORD.get(normal(word.removesuffix("licence").removesuffix("license")))
    )
    if code is None:
        raise RefusedValueError(
            UNKNOWN_METRIC, _("Say which licence type this label means, for example per device.")
        )
    return code


def read_basis(cell: Cell) -> PriceBasis:
    """Whether the price is for one unit, a pack or all units."""
    if basis := BASIS_OF_WORD.get(normal(str(cell))):
        return basis
    raise RefusedValueError("unknown price basis", _("Write unit, pack or total."))
