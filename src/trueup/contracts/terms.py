"""What somebody wants written down about a contract, checked before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from trueup.base.problems import FieldError, InvalidValue
from trueup.contracts.models import ContractKind

LONGEST_NOTICE_DAYS = 3660
CURRENCY_LETTERS = 3


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """A contract as given. ``valid_until`` is the day after the last covered one; empty has no end."""

    name: str
    valid_from: date
    valid_until: date | None = None
    kind: str = ContractKind.AGREEMENT
    number: str = ""
    supplier: str = ""
    parties: str = ""
    covers_children: bool = False
    renews_itself: bool = False
    notice_days: int | None = None
    price_cap_percent: Decimal | None = None
    true_up_on: date | None = None
    baseline_units: int | None = None
    price: Decimal | None = None
    currency: str = ""
    service_level: str = ""
    portal_url: str = ""
    owner_id: int | None = None
    tags: tuple[str, ...] = field(default_factory=tuple)
    remarks: str = ""


def check_terms(terms: ContractTerms) -> None:
    """Refuse terms that break a rule, naming every wrong value at once."""
    errors = [*_named(terms), *_dated(terms), *_numbers(terms), *_priced(terms)]
    if errors:
        raise InvalidValue(" ".join(error.detail for error in errors), errors=tuple(errors))


def _named(terms: ContractTerms) -> list[FieldError]:
    errors = []
    if not terms.name.strip():
        errors.append(FieldError("name", _("A contract needs a name.")))
    if terms.kind not in ContractKind.values:
        known = ", ".join(ContractKind.values)
        errors.append(
            FieldError("kind", _("“%(kind)s” is no kind of contract: %(known)s is.") % {"kind": terms.kind, "known": known})
        )  # fmt: skip
    address = urlsplit(terms.portal_url)
    if terms.portal_url and (address.scheme not in {"http", "https"} or not address.hostname):
        errors.append(FieldError("portal_url", _("The portal's address starts with https:// or http://.")))
    return errors


def _dated(terms: ContractTerms) -> list[FieldError]:
    errors = []
    if terms.valid_until is not None and terms.valid_until <= terms.valid_from:
        errors.append(
            FieldError("valid_to", _("The last covered day lies before the first. Correct one of the two."))
        )
    if terms.notice_days is not None and not 0 <= terms.notice_days <= LONGEST_NOTICE_DAYS:
        errors.append(
            FieldError("notice_days", _("%(days)s days of notice are not from 0 to %(most)s.") % {"days": terms.notice_days, "most": LONGEST_NOTICE_DAYS})
        )  # fmt: skip
    return errors


def _numbers(terms: ContractTerms) -> list[FieldError]:
    errors = []
    if terms.price_cap_percent is not None and not 0 <= terms.price_cap_percent <= 100:  # noqa: PLR2004  # a share
        errors.append(FieldError("price_cap_percent", _("A price cap is a percentage from 0 to 100.")))
    if terms.baseline_units is not None and terms.baseline_units < 0:
        errors.append(FieldError("baseline_units", _("A baseline is a whole number from 0 on.")))
    return errors


def _priced(terms: ContractTerms) -> list[FieldError]:
    if terms.price is None:
        return []
    if terms.price < 0:
        return [FieldError("price", _("A price is not negative."))]
    if len(terms.currency) != CURRENCY_LETTERS or not terms.currency.isalpha():
        return [FieldError("currency", _("A price needs a currency: three letters, such as EUR."))]
    return []
