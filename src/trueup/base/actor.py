"""Who acts: a person in the browser, a token, a command, the worker. Every query and action asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from trueup.base.access import READING, RIGHTS, Permission, Role
from trueup.base.problems import NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone with roles in companies.

    ``roles`` maps company ids to the role held there; ``everywhere`` is a role over all companies.
    ``only`` narrows to some companies (a token's, or the company chosen on the page); ``read_only`` takes every
    right to change away (a token with the scope *read*).
    """

    name: str
    user_id: int | None = None
    roles: Mapping[int, Role] = field(default_factory=dict)
    everywhere: Role | None = None
    only: frozenset[int] | None = None
    read_only: bool = False
    via: str = "page"

    def rights_in(self, company_id: int) -> frozenset[Permission]:
        """All this actor may do in one company; empty where it is a stranger."""
        if self.only is not None and company_id not in self.only:
            return frozenset()
        rights: frozenset[Permission] = frozenset()
        for role in (self.everywhere, self.roles.get(company_id)):
            if role is not None:
                rights |= RIGHTS[role]
        return rights & READING if self.read_only else rights

    def may(self, permission: Permission, company_id: int) -> bool:
        """Whether the actor has the permission in the company."""
        return permission in self.rights_in(company_id)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether there is any company in which the actor has the permission."""
        companies = self.companies(permission)
        return companies is None or bool(companies)

    def may_elsewhere(self, permission: Permission, company_id: int) -> bool:
        """Whether there may be another company in which the actor has the permission too."""
        companies = self.companies(permission)
        return companies is None or bool(companies - {company_id})

    def companies(self, permission: Permission) -> frozenset[int] | None:
        """The ids of the companies in which the permission is held; ``None`` means every company."""
        if self.read_only and permission not in READING:
            return frozenset()
        if self.everywhere is not None and permission in RIGHTS[self.everywhere]:
            return self.only
        ids = frozenset(company for company in self.roles if self.may(permission, company))
        return ids if self.only is None else ids & self.only

    def require(self, permission: Permission, company_id: int) -> None:
        """Go on, or say which right is missing."""
        if not self.may(permission, company_id):
            raise NotAllowed(
                _(
                    "%(name)s lacks the permission “%(permission)s” in this company. An owner of the company "
                    "can grant a role that has it."
                )
                % {"name": self.name, "permission": permission},
                permission=str(permission),
            )

    def require_everywhere(self, permission: Permission) -> None:
        """Go on, or say that the right is needed over all companies (shared records, new companies)."""
        if self.only is not None or self.companies(permission) is not None:
            raise NotAllowed(
                _(
                    "%(name)s lacks the permission “%(permission)s” over all companies. An owner over all "
                    "companies can grant it."
                )
                % {"name": self.name, "permission": permission},
                permission=str(permission),
            )

    def narrowed_to(self, company_id: int) -> Actor:
        """The same actor looking at one company only."""
        return self.within(frozenset({company_id}))

    def within(self, company_ids: frozenset[int]) -> Actor:
        """The same actor looking at some companies only."""
        return replace(self, only=company_ids if self.only is None else self.only & company_ids)


def system(name: str, *, via: str = "worker") -> Actor:
    """The product itself at work: the worker, a command run by whoever has the machine."""
    return Actor(name=name, everywhere=Role.OWNER, via=via)
