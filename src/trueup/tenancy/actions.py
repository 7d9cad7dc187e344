"""Making companies, their parts, the people who sign in, and tokens. Each leaves an entry that says who did it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission, Role
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.tenancy.models import (
    ApiToken,
    Company,
    CostCentre,
    Department,
    Location,
    Membership,
    Policy,
    Region,
    User,
)
from trueup.tenancy.queries import TOKEN_PREFIX, hash_secret, id_by_name, reach_of, region_in

DEFAULT_TOKEN_DAYS = 90
MOST_TOKEN_DAYS = 366


P = TypeVar("P", Region, Location, Department, CostCentre)


class NameTaken(Conflict):
    """Another one has that name already."""


def create_company(
    *,
    actor: Actor,
    name: str,
    at: datetime,
    currency: str = "EUR",
    parent: Company | None = None,
    is_sample: bool = False,
) -> Company:
    """Make a company with its first region, “Default”, so that nobody with one region ever has to choose."""
    actor.require_everywhere(Permission.COMPANIES_MANAGE)
    name = name.strip()
    if not name:
        raise InvalidValue.of("name", _("A company needs a name."))
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():  # noqa: PLR2004  # ISO 4217
        raise InvalidValue.of(
            "currency",
            _("“%(currency)s” is no ISO currency code: three capital letters, such as EUR.")
            % {"currency": currency},
        )
    if Company.objects.filter(name__iexact=name).exists():
        raise NameTaken(_("There is a company “%(name)s” already. Choose another name.") % {"name": name})
    with transaction.atomic():
        company: Company = Company.objects.create(
            name=name,
            slug=free_slug(name),
            currency=currency,
            parent=parent,
            created_at=at,
            is_sample=is_sample,
        )
        Region.objects.create(company=company, name="Default", is_default=True)
        details = {"currency": currency, "parent": parent.name if parent else None, "is_sample": is_sample}
        happening = Happening("tenancy.company_created", "company", company.pk, name, details)
        record(actor=actor, company_id=company.pk, at=at, happening=happening)
    return company


def free_slug(name: str) -> str:
    """What stands for a company in addresses: its name, with a number where that is taken."""
    stem = slugify(name)[:70] or "company"
    taken = set(Company.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken
    )


def set_policy(*, actor: Actor, company: Company, policy: str, near_limit_percent: int, at: datetime) -> None:
    """Set what happens beyond the limit, and from when on a licence is near it."""
    actor.require(Permission.COMPANIES_MANAGE, company.pk)
    if policy not in Policy.values:
        raise InvalidValue.of(
            "policy", _("“%(policy)s” is no policy: block, warn or allow is.") % {"policy": policy}
        )
    if not 1 <= near_limit_percent <= 100:  # noqa: PLR2004  # a share
        raise InvalidValue.of(
            "near_limit_percent",
            _("%(percent)s is no percentage from 1 to 100.") % {"percent": near_limit_percent},
        )
    new: Mapping[str, Any] = {"policy": policy, "near_limit_percent": near_limit_percent}
    with transaction.atomic():
        rows = Company.objects.filter(pk=company.pk)
        old = rows.select_for_update(no_key=True).values(*new).get()
        changed = {name: [old[name], value] for name, value in new.items() if old[name] != value}
        if changed:
            rows.update(**new)
            happening = Happening("tenancy.policy_set", "company", company.pk, company.name, changed)
            record(actor=actor, company_id=company.pk, at=at, happening=happening)


def add_region(*, actor: Actor, company: Company, name: str, at: datetime) -> Region:
    """Add a region to a company."""
    actor.require(Permission.COMPANIES_MANAGE, company.pk)
    with transaction.atomic():
        region, created = Region.objects.get_or_create(company=company, name=_named(name, "region"))
        if not created:
            raise NameTaken(
                _("%(company)s has a region “%(name)s” already.") % {"company": company.name, "name": name}
            )
        happening = Happening("tenancy.region_added", "region", region.pk, region.name)
        record(actor=actor, company_id=company.pk, at=at, happening=happening)
    return region


def ensure_regions(*, actor: Actor, company_id: int, names: Iterable[str], at: datetime) -> dict[str, int]:
    """Make the named regions that are missing, with one entry for all; ids by lower-case name."""
    actor.require(Permission.LICENCES_CHANGE, company_id)
    with transaction.atomic():
        made = _make_missing(Region, "name", company_id, [name[:100] for name in names])
        if made:
            happening = Happening(
                "tenancy.regions_added", "region", None, f"{len(made)} regions", {"names": made}
            )
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return id_by_name(Region, company_id=company_id, field="name")


def ensure_locations(
    *, actor: Actor, company_id: int, names: Iterable[str], region_id: int | None, at: datetime
) -> dict[str, int]:
    """Make the named locations that are missing, with one entry for all; ids by lower-case name."""
    actor.require(Permission.PEOPLE_CHANGE, company_id)
    with transaction.atomic():
        region = region_in(company_id=company_id, region_id=region_id)
        made = _make_missing(Location, "name", company_id, [name[:200] for name in names], region=region)
        if made:
            happening = Happening(
                "tenancy.locations_added", "location", None, f"{len(made)} locations", {"names": made}
            )
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return id_by_name(Location, company_id=company_id, field="name")


def ensure_departments(
    *, actor: Actor, company_id: int, names: Iterable[str], at: datetime
) -> dict[str, int]:
    """Make the named departments that are missing, with one entry for all; ids by lower-case name."""
    actor.require(Permission.PEOPLE_CHANGE, company_id)
    with transaction.atomic():
        made = _make_missing(Department, "name", company_id, [name[:200] for name in names])
        if made:
            happening = Happening(
                "tenancy.departments_added", "department", None, f"{len(made)} departments", {"names": made}
            )
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return id_by_name(Department, company_id=company_id, field="name")


def ensure_cost_centres(
    *, actor: Actor, company_id: int, codes: Iterable[str], at: datetime
) -> dict[str, int]:
    """Make the cost centres that are missing, with one entry for all; ids by lower-case code."""
    actor.require(Permission.LICENCES_CHANGE, company_id)
    with transaction.atomic():
        made = _make_missing(CostCentre, "code", company_id, [code[:60] for code in codes])
        if made:
            happening = Happening(
                "tenancy.cost_centres_added",
                "cost_centre",
                None,
                f"{len(made)} cost centres",
                {"names": made},
            )
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return id_by_name(CostCentre, company_id=company_id, field="code")


def _make_missing(
    model: type[P], field: str, company_id: int, wanted: Iterable[str], **facts: Any
) -> list[str]:
    """Make what is not there yet, one by one, so that of two who are at it only the one who made it says so."""
    known = id_by_name(model, company_id=company_id, field=field)
    missing = {name.lower(): name for name in reversed([*wanted]) if name and name.lower() not in known}
    made = []
    for name in sorted(missing.values()):
        called: dict[str, Any] = {"company_id": company_id, field: name}
        if model.objects.get_or_create(**called, defaults=facts)[1]:
            made.append(name)
    return made


def _named(name: str, what: str) -> str:
    name = name.strip()
    if not name:
        raise InvalidValue.of("name", _("A %(what)s needs a name.") % {"what": what})
    return name[:100]


def create_user(
    *, actor: Actor, username: str, password: str, at: datetime, name: str = "", email: str = ""
) -> User:
    """Make someone who can sign in; roles are granted apart."""
    actor.require_everywhere(Permission.USERS_MANAGE)
    username = username.strip()
    if not username or len(username) > 150:  # noqa: PLR2004  # the column's width
        raise InvalidValue.of("username", _("A user needs a name of 1 to 150 characters."))
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(_("Somebody signs in as “%(username)s” already.") % {"username": username})
    user = User(username=username, name=name, email=email, date_joined=at)
    _put_password(user, password)
    with transaction.atomic():
        user.save()
        happening = Happening("tenancy.user_created", "user", user.pk, username, {"name": name})
        record(actor=actor, company_id=None, at=at, happening=happening)
    return user


def set_user_password(*, actor: Actor, user: User, password: str, at: datetime) -> None:
    """Give a user another password, for whoever may manage users everywhere; it ends the user's sessions."""
    actor.require_everywhere(Permission.USERS_MANAGE)
    _put_password(user, password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        happening = Happening("tenancy.password_set", "user", user.pk, user.username)
        record(actor=actor, company_id=None, at=at, happening=happening)


def _put_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise InvalidValue.of("password", " ".join(wrong.messages)) from wrong
    user.set_password(password)


def grant_role(*, actor: Actor, user: User, role: str, company: Company | None, at: datetime) -> None:
    """Give a user a role in a company, or over all of them; a new role replaces the old one."""
    if role not in {known.value for known in Role}:
        raise InvalidValue.of(
            "role",
            _("“%(role)s” is no role: %(known)s is.")
            % {"role": role, "known": ", ".join(known.value for known in Role)},
        )
    _require_users_of(actor, company)
    with transaction.atomic():
        old = _role_before(user, company)
        if old != role:
            Membership.objects.update_or_create(user=user, company=company, defaults={"role": role})
            details = {"role": [old, str(role)]}
            happening = Happening("tenancy.role_granted", "user", user.pk, user.username, details)
            record(actor=actor, company_id=company.pk if company else None, at=at, happening=happening)


def revoke_role(*, actor: Actor, user: User, company: Company | None, at: datetime) -> None:
    """Take a user's role in a company, or over all of them."""
    _require_users_of(actor, company)
    with transaction.atomic():
        old = _role_before(user, company)
        if old is not None:
            Membership.objects.filter(user=user, company=company).delete()
            details = {"role": [old, None]}
            happening = Happening("tenancy.role_revoked", "user", user.pk, user.username, details)
            record(actor=actor, company_id=company.pk if company else None, at=at, happening=happening)


def _require_users_of(actor: Actor, company: Company | None) -> None:
    if company is None:
        actor.require_everywhere(Permission.USERS_MANAGE)
    else:
        actor.require(Permission.USERS_MANAGE, company.pk)


def _role_before(user: User, company: Company | None) -> str | None:
    """The role held now. Whoever changes the roles of the same user waits, so that old and new are true."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return Membership.objects.filter(user=user, company=company).values_list("role", flat=True).first()


def create_token(
    *,
    actor: Actor,
    user: User,
    name: str,
    at: datetime,
    can_write: bool = False,
    company_ids: Iterable[int] | None = None,
    days: int = DEFAULT_TOKEN_DAYS,
) -> str:
    """Make a token for oneself, or for whom one manages, and return it, the only time it can be seen."""
    if actor.user_id != user.pk:
        actor.require_everywhere(Permission.USERS_MANAGE)
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise InvalidValue.of(
            "days",
            _("A token lives 1 to %(most)s days, not %(days)s.") % {"most": MOST_TOKEN_DAYS, "days": days},
        )
    public_id, private = secrets.token_hex(8), secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=name.strip()[:100] or "token",
            public_id=public_id,
            secret_hash=hash_secret(private),
            can_write=can_write,
            company_ids=None if company_ids is None else sorted(company_ids),
            created_at=at,
            expires_at=at + timedelta(days=days),
        )
        for company_id in reach_of(token=token):
            details = _token_facts(token, company_id)
            happening = Happening("tenancy.token_created", "token", token.pk, token.name, details)
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return f"{TOKEN_PREFIX}{public_id}.{private}"


def _token_facts(token: ApiToken, company_id: int | None) -> dict[str, Any]:
    """What a company's log says of a token: never its secret, and never that it opens other companies as well."""
    listed = token.company_ids if company_id is None else [company_id]
    return {
        "user": token.user.username,
        "scope": "write" if token.can_write else "read",
        "companies": "all of the user's" if token.company_ids is None else listed,
        "ends": token.expires_at,
    }


def revoke_token(*, actor: Actor, token_id: int, at: datetime) -> None:
    """End one of the actor's own tokens now."""
    with transaction.atomic():
        own = ApiToken.objects.filter(pk=token_id, user_id=actor.user_id or 0, revoked_at=None)
        token = own.select_for_update(no_key=True, of=("self",)).select_related("user").first()
        if token is None:
            raise NotFound(_("You have no live token %(token_id)s.") % {"token_id": token_id})
        own.update(revoked_at=at)
        for company_id in reach_of(token=token):
            details = {"user": token.user.username}
            happening = Happening("tenancy.token_revoked", "token", token.pk, token.name, details)
            record(actor=actor, company_id=company_id, at=at, happening=happening)


def stamp_token(*, token: ApiToken, at: datetime) -> None:
    """Remember when a token was last used."""
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
