"""Making companies, their parts, the people who sign in, and tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from trueup.base.access import Permission, Role
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.tenancy.models import ApiToken, Company, CostCentre, Department, Membership, Policy, Region, User
from trueup.tenancy.queries import TOKEN_PREFIX, hash_secret

DEFAULT_TOKEN_DAYS = 90
MOST_TOKEN_DAYS = 366


class NameTaken(Conflict):
    """Another one has that name already."""


class RegionInUse(Conflict):
    """Licences, people or devices are still in the region."""


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
        raise InvalidValue.of("name", "A company needs a name.")
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():  # noqa: PLR2004  # ISO 4217
        raise InvalidValue.of(
            "currency", f"“{currency}” is no ISO currency code: three capital letters, such as EUR."
        )
    if Company.objects.filter(name__iexact=name).exists():
        raise NameTaken(f"There is a company “{name}” already. Choose another name.")
    with transaction.atomic():
        company: Company = Company.objects.create(
            name=name,
            slug=_free_slug(name),
            currency=currency,
            parent=parent,
            created_at=at,
            is_sample=is_sample,
        )
        Region.objects.create(company=company, name="Default", is_default=True)
    return company


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70] or "company"
    taken = set(Company.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken
    )


def set_policy(*, actor: Actor, company: Company, policy: str, near_limit_percent: int) -> None:
    """Set what happens beyond the limit, and from when on a licence is near it."""
    actor.require(Permission.COMPANIES_MANAGE, company.pk)
    if policy not in Policy.values:
        raise InvalidValue.of("policy", f"“{policy}” is no policy: block, warn or allow is.")
    if not 1 <= near_limit_percent <= 100:  # noqa: PLR2004  # a share
        raise InvalidValue.of("near_limit_percent", f"{near_limit_percent} is no percentage from 1 to 100.")
    Company.objects.filter(pk=company.pk).update(policy=policy, near_limit_percent=near_limit_percent)


def add_region(*, actor: Actor, company: Company, name: str) -> Region:
    """Add a region to a company."""
    actor.require(Permission.COMPANIES_MANAGE, company.pk)
    region, created = Region.objects.get_or_create(company=company, name=_named(name, "region"))
    if not created:
        raise NameTaken(f"{company.name} has a region “{name}” already.")
    return region


def ensure_regions(*, actor: Actor, company_id: int, names: Iterable[str]) -> dict[str, int]:
    """Make the named regions that are missing; ids by lower-case name."""
    actor.require(Permission.LICENCES_CHANGE, company_id)
    rows = [Region(company_id=company_id, name=name[:100]) for name in dict.fromkeys(names) if name]
    Region.objects.bulk_create(rows, ignore_conflicts=True)
    return {
        name.lower(): pk
        for pk, name in Region.objects.filter(company_id=company_id).values_list("pk", "name")
    }


def ensure_departments(*, actor: Actor, company_id: int, names: Iterable[str]) -> dict[str, int]:
    """Make the named departments that are missing; ids by lower-case name."""
    actor.require(Permission.PEOPLE_CHANGE, company_id)
    rows = [Department(company_id=company_id, name=name[:200]) for name in dict.fromkeys(names) if name]
    Department.objects.bulk_create(rows, ignore_conflicts=True)
    found = Department.objects.filter(company_id=company_id).values_list("pk", "name")
    return {name.lower(): pk for pk, name in found}


def ensure_cost_centres(*, actor: Actor, company_id: int, codes: Iterable[str]) -> dict[str, int]:
    """Make the cost centres that are missing; ids by lower-case code."""
    actor.require(Permission.LICENCES_CHANGE, company_id)
    rows = [CostCentre(company_id=company_id, code=code[:60]) for code in dict.fromkeys(codes) if code]
    CostCentre.objects.bulk_create(rows, ignore_conflicts=True)
    return {
        code.lower(): pk
        for pk, code in CostCentre.objects.filter(company_id=company_id).values_list("pk", "code")
    }


def _named(name: str, what: str) -> str:
    name = name.strip()
    if not name:
        raise InvalidValue.of("name", f"A {what} needs a name.")
    return name[:100]


def create_user(
    *, actor: Actor, username: str, password: str, at: datetime, name: str = "", email: str = ""
) -> User:
    """Make someone who can sign in; roles are granted apart."""
    actor.require_everywhere(Permission.USERS_MANAGE)
    username = username.strip()
    if not username or len(username) > 150:  # noqa: PLR2004  # the column's width
        raise InvalidValue.of("username", "A user needs a name of 1 to 150 characters.")
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(f"Somebody signs in as “{username}” already.")
    user = User(username=username, name=name, email=email, date_joined=at)
    set_user_password(user=user, password=password)
    user.save()
    return user


def set_user_password(*, user: User, password: str) -> None:
    """Put a password that holds the rules onto a user (saving is the caller's)."""
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise InvalidValue.of("password", " ".join(wrong.messages)) from wrong
    user.set_password(password)


def grant_role(*, actor: Actor, user: User, role: str, company: Company | None) -> None:
    """Give a user a role in a company, or over all of them; a new role replaces the old one."""
    if role not in {known.value for known in Role}:
        raise InvalidValue.of("role", f"“{role}” is no role: {', '.join(known.value for known in Role)} is.")
    if company is None:
        actor.require_everywhere(Permission.USERS_MANAGE)
    else:
        actor.require(Permission.USERS_MANAGE, company.pk)
    Membership.objects.update_or_create(user=user, company=company, defaults={"role": role})


def revoke_role(*, actor: Actor, user: User, company: Company | None) -> None:
    """Take a user's role in a company, or over all of them."""
    if company is None:
        actor.require_everywhere(Permission.USERS_MANAGE)
    else:
        actor.require(Permission.USERS_MANAGE, company.pk)
    Membership.objects.filter(user=user, company=company).delete()


def create_token(
    *,
    user: User,
    name: str,
    at: datetime,
    can_write: bool = False,
    company_ids: Iterable[int] | None = None,
    days: int = DEFAULT_TOKEN_DAYS,
) -> str:
    """Make a token for a user and return it, the only time it can be seen."""
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise InvalidValue.of("days", f"A token lives 1 to {MOST_TOKEN_DAYS} days, not {days}.")
    public_id, private = secrets.token_hex(8), secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name.strip()[:100] or "token",
        public_id=public_id,
        secret_hash=hash_secret(private),
        can_write=can_write,
        company_ids=None if company_ids is None else sorted(company_ids),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return f"{TOKEN_PREFIX}{public_id}.{private}"


def revoke_token(*, actor: Actor, token_id: int, at: datetime) -> None:
    """End one of the actor's own tokens now."""
    if not ApiToken.objects.filter(pk=token_id, user_id=actor.user_id or 0, revoked_at=None).update(
        revoked_at=at
    ):
        raise NotFound(f"You have no live token {token_id}.")


def stamp_token(*, token: ApiToken, at: datetime) -> None:
    """Remember when a token was last used."""
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
