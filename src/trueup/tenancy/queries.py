"""Reading companies, members and tokens; and the one way from a sign-in or a token to an actor."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from trueup.base.access import Permission, Role
from trueup.base.actor import Actor
from trueup.base.problems import NotFound, NotSignedIn
from trueup.tenancy.models import (
    ApiToken,
    Company,
    CostCentre,
    Department,
    Location,
    Membership,
    Region,
    User,
)

TOKEN_PREFIX = "tru_"  # noqa: S105  # the marker secret scanners look for, not a secret


def actor_of(*, user: User, via: str = "page") -> Actor:
    """The actor a signed-in user is."""
    everywhere: Role | None = None
    roles: dict[int, Role] = {}
    for member in Membership.objects.filter(user=user):
        if member.company_id is None:
            everywhere = Role(member.role)
        else:
            roles[member.company_id] = Role(member.role)
    return Actor(
        name=user.name or user.username, user_id=user.pk, roles=roles, everywhere=everywhere, via=via
    )


def token_for(*, secret: str, at: datetime) -> ApiToken:
    """The live token a bearer showed. Every failure reads the same, so that nothing can be probed."""
    refusal = NotSignedIn(
        gettext("The token is unknown, expired or revoked. Make one with `trueup token create`.")
    )
    public_id, _, private = secret.removeprefix(TOKEN_PREFIX).partition(".")
    if not secret.startswith(TOKEN_PREFIX) or not private or not secret.isascii():
        raise refusal
    token = (
        ApiToken.objects.select_related("user")
        .filter(public_id=public_id, revoked_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if token is None or not hmac.compare_digest(token.secret_hash, hash_secret(private)):
        raise refusal
    return token


def actor_of_token(*, token: ApiToken) -> Actor:
    """The actor a token is: its user, narrowed to the token's companies and scope."""
    actor = actor_of(user=token.user, via="token")
    only = None if token.company_ids is None else frozenset(token.company_ids)
    return Actor(
        name=f"{actor.name} ({token.name})",
        user_id=actor.user_id,
        roles=actor.roles,
        everywhere=actor.everywhere,
        only=only,
        read_only=not token.can_write,
        via="token",
    )


def needs_stamp(*, token: ApiToken, at: datetime) -> bool:
    """Whether the last use is worth writing down again: once a minute is enough to know, and reads stay reads."""
    return token.last_used_at is None or at - token.last_used_at > timedelta(minutes=1)


def hash_secret(private: str) -> str:
    """The hash of a token's secret. It has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(private.encode()).hexdigest()


def companies_visible_to(
    *, actor: Actor, permission: Permission = Permission.COMPANIES_VIEW
) -> QuerySet[Company]:
    """Companies the actor may see, by name."""
    found: QuerySet[Company] = Company.objects.visible_to(actor, permission).order_by("name")
    return found


def company_for(
    *, actor: Actor, company_id: int, permission: Permission = Permission.COMPANIES_VIEW
) -> Company:
    """One company, for whoever has the permission there."""
    company = Company.objects.visible_to(actor).filter(pk=company_id).first()
    if company is None:
        raise NotFound(gettext("There is no company %(company_id)s.") % {"company_id": company_id})
    actor.require(permission, company.pk)
    return company


def company_named(*, actor: Actor, name: str) -> Company:
    """A company by name or slug, for commands and files."""
    company = Company.objects.visible_to(actor).filter(Q(name__iexact=name) | Q(slug=name)).first()
    if company is None:
        known = ", ".join(companies_visible_to(actor=actor).values_list("name", flat=True)[:10]) or "none yet"
        raise NotFound(
            gettext("There is no company “%(name)s”. Known: %(known)s.") % {"name": name, "known": known}
        )
    return company


def regions_visible_to(
    *, actor: Actor, permission: Permission = Permission.COMPANIES_VIEW
) -> QuerySet[Region]:
    """Regions in use, the default first."""
    return (
        Region.objects.visible_to(actor, permission).filter(retired_at=None).order_by("-is_default", "name")
    )


def locations_visible_to(*, actor: Actor) -> QuerySet[Location]:
    """Locations in use, by name."""
    return locations_ever(actor=actor).filter(retired_at=None)


def locations_ever(*, actor: Actor) -> QuerySet[Location]:
    """Locations by name, retired ones too."""
    found: QuerySet[Location] = Location.objects.visible_to(actor, Permission.COMPANIES_VIEW)
    return found.select_related("region").order_by("name")


def departments_visible_to(*, actor: Actor) -> QuerySet[Department]:
    """Departments in use, by name."""
    return departments_ever(actor=actor).filter(retired_at=None)


def departments_ever(*, actor: Actor) -> QuerySet[Department]:
    """Departments by name, retired ones too."""
    found: QuerySet[Department] = Department.objects.visible_to(actor, Permission.COMPANIES_VIEW)
    return found.order_by("name")


def regions_ever(*, actor: Actor) -> QuerySet[Region]:
    """Regions by name, the default first, retired ones too."""
    found: QuerySet[Region] = Region.objects.visible_to(actor, Permission.COMPANIES_VIEW)
    return found.order_by("-is_default", "name")


def location_for(*, actor: Actor, location_id: int, company_id: int) -> Location:
    """One location of a company that is in use."""
    found = locations_visible_to(actor=actor).filter(company_id=company_id, pk=location_id).first()
    if found is None:
        raise NotFound(gettext("There is no location %(id)s in this company.") % {"id": location_id})
    return found


def department_for(*, actor: Actor, department_id: int, company_id: int) -> Department:
    """One department of a company that is in use."""
    found = departments_visible_to(actor=actor).filter(company_id=company_id, pk=department_id).first()
    if found is None:
        raise NotFound(gettext("There is no department %(id)s in this company.") % {"id": department_id})
    return found


def cost_centres_visible_to(*, actor: Actor) -> QuerySet[CostCentre]:
    """Cost centres by code."""
    return CostCentre.objects.visible_to(actor, Permission.COMPANIES_VIEW).order_by("code")


def region_in(*, company_id: int, region_id: int | None) -> Region:
    """The region of that id in that company, or the company's only choice where none is named."""
    regions = Region.objects.filter(company_id=company_id, retired_at=None)
    chosen = regions.filter(pk=region_id) if region_id else regions.filter(is_default=True)
    found: Region | None = chosen.first()
    if found is None:
        raise NotFound(
            gettext("There is no region %(region_id)s in this company.") % {"region_id": region_id}
        )
    return found


def user_named(*, username: str) -> User:
    """Someone who signs in, by name."""
    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        raise NotFound(
            gettext("Nobody signs in as “%(username)s”. `trueup user create %(username)s` makes that user.")
            % {"username": username}
        )
    return user


def members_of(*, company_ids: frozenset[int] | None) -> QuerySet[Membership]:
    """Who has which role, for some companies or for all."""
    members = Membership.objects.select_related("user", "company").order_by("user__username", "id")
    return members if company_ids is None else members.filter(Q(company_id__in=company_ids) | Q(company=None))


def owners_of(*, company_id: int, role: str = Role.OWNER) -> list[str]:
    """Mail addresses of the users who have a role in a company, or over all of them."""
    members = Membership.objects.filter(Q(company_id=company_id) | Q(company=None), role=role)
    users = members.filter(user__is_active=True).exclude(user__email="").order_by("user__email")
    return list(users.values_list("user__email", flat=True).distinct())


def tokens_of(*, actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own tokens."""
    return ApiToken.objects.filter(user_id=actor.user_id or 0).order_by("-created_at")


def reach_of(*, token: ApiToken) -> list[int | None]:
    """The companies a token opens, in order; none of them by name (a lone None) where it opens all, or nothing yet."""
    actor = actor_of_token(token=token)
    if actor.everywhere is None:
        found = frozenset(actor.roles) if actor.only is None else actor.only & frozenset(actor.roles)
    else:
        found = frozenset(Company.objects.filter(pk__in=actor.only or ()).values_list("pk", flat=True))
    return [*sorted(found)] or [None]


def id_by_name(
    model: type[Region | Location | Department | CostCentre], *, company_id: int, field: str
) -> dict[str, Any]:
    """Ids by lower-case name, for matching files."""
    return {
        str(name).lower(): pk
        for pk, name in model.objects.filter(company_id=company_id).values_list("pk", field)
    }
