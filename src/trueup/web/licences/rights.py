"""The page on which the rights of a licence are written down: what its terms allow beyond its own units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.catalogue.queries import products_by_name
from trueup.licences.queries import licence_for
from trueup.licences.right_tables import Downgrade
from trueup.licences.use_rights import Component, RightsTerms, agree_rights, rights_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.refusals import save_form
from trueup.web.kit.typed import WholeNumber

BOTH = ("GET", "HEAD", "POST")
FIELDS = (
    "downgrade", "downgrade_depth", "covers_lower_editions", "second_use", "virtual_per_unit", "installs_per_unit",
    "never_held", "clause",
)  # fmt: skip


def _whole() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric"})


class RightsForm(forms.Form):
    """What a unit may be used for beside its own product, edition and version."""

    downgrade = forms.ChoiceField(label=gettext_lazy("Older versions"), choices=Downgrade.choices)
    downgrade_depth = WholeNumber(
        label=gettext_lazy("How many versions back"), required=False, widget=_whole()
    )
    covers_lower_editions = forms.BooleanField(
        label=gettext_lazy("Covers lower editions"),
        required=False,
        help_text=gettext_lazy("By the rank that the catalogue gives them."),
    )
    second_use = forms.BooleanField(
        label=gettext_lazy("Second copy on a laptop"),
        required=False,
        help_text=gettext_lazy("The laptop of somebody who has it on another machine needs no unit."),
    )
    virtual_per_unit = WholeNumber(
        label=gettext_lazy("Virtual machines a unit"),
        required=False,
        widget=_whole(),
        help_text=gettext_lazy("Empty: each counts as a machine."),
    )
    installs_per_unit = WholeNumber(
        label=gettext_lazy("Installations a unit"),
        required=False,
        widget=_whole(),
        help_text=gettext_lazy("On one device or for one person. Empty: any number."),
    )
    never_held = forms.BooleanField(
        label=gettext_lazy("Nobody is given these units"),
        required=False,
        help_text=gettext_lazy("They belong to a device or to all: they are never called unused."),
    )
    components = forms.CharField(
        label=gettext_lazy("One unit covers together"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For a suite: one product a line, as “publisher: product”."),
    )
    clause = forms.CharField(
        label=gettext_lazy("Where it says so"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Document and clause, for whoever checks the count."),
    )


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def rights(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Write the rights of a licence down; the next run counts with them."""
    actor = actor_in(request)
    licence = licence_for(
        actor=actor, licence_id=licence_id, on=timezone.localdate(), permission=Permission.LICENCES_CHANGE
    )
    known, components = rights_of(actor=actor, licence_id=licence_id)
    initial = {name: getattr(known, name) for name in FIELDS} if known else {}
    initial["components"] = "\n".join(
        f"{one.product.publisher.name}: {one.product.name}" for one in components
    )

    def act(values: Mapping[str, Any]) -> str:
        names = products_by_name(actor=actor, company_id=licence.company_id)
        agree_rights(
            actor=actor,
            licence_id=licence_id,
            terms=RightsTerms(**{name: values[name] for name in FIELDS}),
            components=_components(values["components"], names),
            at=timezone.now(),
        )
        messages.success(request, _("Rights saved: the next run counts with them"))
        return address_of("licence", licence_id)

    back = reverse("licence", args=[licence_id])
    context = {
        "title": _("Rights of use"),
        "meta": licence.product.name,
        "verb": _("Save rights"),
        "back": back,
        "trail": [(_("Licences"), reverse("licences")), (licence.product.name, back)],
        "active": "licences",
    }
    return save_form(
        request,
        RightsForm(request.POST or None, initial=initial),
        act=act,
        template="kit/form_page.html",
        context=context,
    )


def _components(text: str, names: Mapping[tuple[str, str], int]) -> list[Component]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        publisher, _colon, product = (part.strip().lower() for part in line.partition(":"))
        if (publisher, product) not in names:
            words = _("“%(line)s” is no product known here: write it as “publisher: product”.")
            raise InvalidValue.of("components", words % {"line": line})
        found.append(Component(names[publisher, product]))
    return found
