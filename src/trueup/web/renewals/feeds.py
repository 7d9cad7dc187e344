"""One's own calendar addresses; and the calendar itself, for a program that cannot sign in."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from trueup.base.access import Permission
from trueup.base.problems import NotFound, Problem
from trueup.contracts.feeds import DEFAULT_DAYS, create_feed, feed_actor_for, feeds_of, revoke_feed
from trueup.reports.render.ics import CONTENT_TYPE, Event, write_ics
from trueup.reports.renewals.events import AHEAD_DAYS, BACK_DAYS, DayEvent, events_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import refuse

REFUSED = 422


class FeedForm(forms.Form):
    """A calendar address."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Which program it is for")
    )
    days = forms.IntegerField(
        label=gettext_lazy("Lives for"), initial=DEFAULT_DAYS, help_text=gettext_lazy("Days, 731 at most"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


@page(Permission.LICENCES_VIEW, methods=("GET", "HEAD", "POST"))
def feeds(request: HttpRequest) -> HttpResponse:
    """One's own calendars; a new address is shown this once."""
    form, address, status = FeedForm(request.POST or None), "", 200
    if request.method == "POST":
        address, status = _make(request, form)
    now = timezone.now()
    live = feeds_of(actor=actor_in(request)).filter(expires_at__gt=now)
    context = {
        "form": FeedForm() if address else form,
        "address": address,
        "feeds": live,
        "active": "renewals",
    }
    response = render(request, "renewals/feeds.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _make(request: HttpRequest, form: FeedForm) -> tuple[str, int]:
    if not form.is_valid():
        return "", REFUSED
    try:
        secret = create_feed(actor=actor_in(request), at=timezone.now(), **form.cleaned_data)
    except Problem as problem:
        refuse(form, problem)
        return "", problem.status
    return request.build_absolute_uri(reverse("calendar_feed", args=[secret])), 200


@page(Permission.LICENCES_VIEW, methods=("POST",))
def revoke(request: HttpRequest, feed_id: int) -> HttpResponse:
    """End a calendar now."""
    revoke_feed(actor=actor_in(request), feed_id=feed_id, at=timezone.now())
    messages.success(request, _("Calendar ended. Its address leads nowhere from now on."))
    return redirect("calendar_feeds")


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address, as its owner may see it today; any other address is not found."""
    now, on = timezone.now(), timezone.localdate()
    try:
        actor = feed_actor_for(secret=secret, at=now)
    except NotFound:
        return HttpResponse(status=404, content_type="text/plain")
    first, last = on - timedelta(days=BACK_DAYS), on + timedelta(days=AHEAD_DAYS)
    events = [_event(request, one) for one in events_of(actor=actor, on=on, first=first, last=last)]
    body = write_ics(name=_("Trueup renewals"), events=events, at=now)
    return HttpResponse(
        body,
        content_type=CONTENT_TYPE,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": 'inline; filename="renewals.ics"',
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        },
    )


def _event(request: HttpRequest, one: DayEvent) -> Event:
    url = request.build_absolute_uri(reverse(one.record_kind, args=[one.record_id]))
    uid = f"{one.uid}@{request.get_host().rpartition(':')[0] or request.get_host()}"
    return Event(uid, one.on, one.title, one.text, url, one.kind.replace("_", "-").upper())
