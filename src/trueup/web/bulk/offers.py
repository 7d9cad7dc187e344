"""What can be done to what is chosen in which list: a button of the bulk bar, its form, its deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trueup.assignments.chosen.giving import ASSIGN_DEVICES, ASSIGN_PEOPLE
from trueup.assignments.chosen.moving import MOVE_SEATS
from trueup.assignments.chosen.releasing import RELEASE_DEVICES, RELEASE_PEOPLE, RELEASE_SEATS
from trueup.assignments.chosen.retiring import RETIRE
from trueup.assignments.columns import ASSIGNMENTS
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.base.registers import Register
from trueup.devices.columns import DEVICES
from trueup.inventory.columns import TITLES
from trueup.inventory.deciding_many import IGNORE_TITLES, MATCH_TITLES
from trueup.jobs.deeds import Deed
from trueup.licences.columns import LICENCES
from trueup.licences.many import ADD_TAGS, REMOVE_TAGS, SET_OWNER, SET_POLICY
from trueup.people.columns import PEOPLE
from trueup.web.bulk import choosing
from trueup.web.kit.asker import actor_in


@dataclass(frozen=True, slots=True)
class Offer:
    """One deed as a person meets it: the words of its button, the form of its parameters, the verb that does it."""

    deed: Deed
    label: Any
    icon: str
    form: type[choosing.ChosenForm] = choosing.ReasonOnly

    @property
    def key(self) -> str:
        """The deed in an address."""
        return self.deed.kind.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list in which things can be chosen: its register, what its rows need to be told, and its offers."""

    register: Register
    view: str
    label: Any
    offers: tuple[Offer, ...]
    rows_arguments: Callable[[], Mapping[str, Any]] = field(default=dict)

    def offer(self, key: str) -> Offer:
        """One of its offers."""
        for one in self.offers:
            if one.key == key:
                return one
        raise NotFound(gettext("There is nothing called %(key)s to be done here.") % {"key": key})


LISTS: Mapping[str, Chosen] = {
    "licences": Chosen(
        LICENCES,
        "licences",
        _("Actions for the chosen licences"),
        (
            Offer(SET_OWNER, _("Set owner"), "users", choosing.OwnerForm),
            Offer(ADD_TAGS, _("Add tags"), "tag", choosing.TagsForm),
            Offer(REMOVE_TAGS, _("Remove tags"), "minus", choosing.TagsForm),
            Offer(SET_POLICY, _("Set policy"), "shield-check", choosing.PolicyForm),
            Offer(RETIRE, _("Retire"), "archive"),
        ),
        lambda: {"on": timezone.localdate()},
    ),
    "people": Chosen(
        PEOPLE,
        "people",
        _("Actions for the chosen people"),
        (
            Offer(ASSIGN_PEOPLE, _("Assign a licence"), "key-round", choosing.PeopleLicenceForm),
            Offer(RELEASE_PEOPLE, _("Release all they hold"), "rotate-ccw"),
        ),
    ),
    "devices": Chosen(
        DEVICES,
        "devices",
        _("Actions for the chosen devices"),
        (
            Offer(ASSIGN_DEVICES, _("Assign a licence"), "key-round", choosing.DevicesLicenceForm),
            Offer(RELEASE_DEVICES, _("Release all they hold"), "rotate-ccw"),
        ),
    ),
    "titles": Chosen(
        TITLES,
        "titles",
        _("Actions for the chosen titles"),
        (
            Offer(MATCH_TITLES, _("Match to a product"), "circle-check", choosing.ProductForm),
            Offer(IGNORE_TITLES, _("Nobody licenses it"), "ban"),
        ),
    ),
    "assignments": Chosen(
        ASSIGNMENTS,
        "licences",
        _("Actions for the chosen holders"),
        (
            Offer(RELEASE_SEATS, _("Release"), "rotate-ccw"),
            Offer(MOVE_SEATS, _("Move to another licence"), "arrow-right-left", choosing.TargetForm),
        ),
    ),
}


def chosen_in(name: str) -> Chosen:
    """The list of that name."""
    if name not in LISTS:
        raise NotFound(gettext("There is no list %(name)s to choose in.") % {"name": name})
    return LISTS[name]


def bulk_of(
    request: HttpRequest, name: str, *, query: str = "", at_once: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """What kit/bulk.html shows for a list; nothing where the actor may do none of it anywhere.

    ``query`` narrows beyond the address: a list that is part of another page. ``at_once`` are addresses that do it to
    what is ticked without a look before.
    """
    actor, chosen = actor_in(request), LISTS[name]
    offers = [one for one in chosen.offers if actor.may_somewhere(one.deed.permission)]
    if not offers:
        return None
    given = request.GET.urlencode()
    return {
        "label": chosen.label,
        "query": "&".join(part for part in (given, query) if part),
        "back": request.get_full_path(),
        "actions": [
            {
                "label": one.label,
                "icon": one.icon,
                "url": (at_once or {}).get(one.key) or reverse("bulk_chosen", args=[name, one.key]),
            }
            for one in offers
        ],
    }


def form_of(offer: Offer, *, actor: Actor, company_id: int, given: Any) -> choosing.ChosenForm:
    """The form of an offer for a company; unbound where nothing was said yet."""
    form = offer.form(given, actor=actor, company_id=company_id)
    assert isinstance(form, forms.Form)  # noqa: S101 - a mistake of ours, not of a visitor
    return form
