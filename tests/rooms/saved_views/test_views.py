"""Views of lists: one's own and shared ones, who changes them, with which a list opens; all of it in the audit log."""

from __future__ import annotations

import pytest

from tests.cast import NOW, ROOT
from trueup.audit.models import Entry
from trueup.base.access import Role
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.licences.columns import LICENCES
from trueup.people.columns import PEOPLE
from trueup.saved_views.actions import (
    TooManyViews,
    ViewNameTaken,
    ViewTerms,
    appoint_view,
    change_view,
    prefer_view,
    restore_view,
    rewrite_view,
    save_view,
    withdraw_view,
)
from trueup.saved_views.models import DefaultView, SavedView
from trueup.saved_views.queries import default_of, view_for, views_visible_to
from trueup.tenancy.actions import create_user, grant_role
from trueup.tenancy.queries import actor_of

LIST = {"register": LICENCES, "at": NOW}


def kept(actor, name="Expiring", query="state=expired", company=None, register=LICENCES):
    return save_view(
        actor=actor, register=register, terms=ViewTerms(name, company and company.pk), query=query, at=NOW
    )


def names(actor, register=LICENCES):
    return [view.name for view in views_visible_to(actor=actor, registers=[register])]


def opens_with(actor, register=LICENCES):
    view = default_of(views=views_visible_to(actor=actor, registers=[register]), actor=actor)
    return view and view.name


@pytest.fixture
def carol(stage):
    """Another viewer of Acme."""
    user = create_user(actor=ROOT, username="carol", name="Carol", password="correct horse battery", at=NOW)
    grant_role(actor=ROOT, user=user, role=Role.VIEWER, company=stage.acme, at=NOW)
    return actor_of(user=user)


def test_a_private_view_is_its_makers_alone(stage):
    view = kept(stage.bob, query="sort=-product&state=expired&after=x&view=9&format=csv")

    assert view.query == "sort=-product&state=expired"
    assert names(stage.bob) == ["Expiring"]
    assert names(stage.bob, PEOPLE) == []
    for other in (stage.alice, stage.mallory):
        assert names(other) == []
        with pytest.raises(NotFound):
            view_for(actor=other, register=LICENCES, view_id=view.pk)
        with pytest.raises(NotFound):
            rewrite_view(actor=other, view_id=view.pk, query="", **LIST)


def test_a_shared_view_is_seen_in_its_company_and_nowhere_else(stage):
    view = kept(stage.bob, company=stage.acme)

    assert names(stage.alice) == ["Expiring"]
    assert names(stage.mallory) == []
    with pytest.raises(NotFound):
        withdraw_view(actor=stage.mallory, view_id=view.pk, **LIST)
    with pytest.raises(NotFound):
        kept(stage.mallory, "Spy", company=stage.acme)
    with pytest.raises(NotFound):
        view_for(actor=stage.bob, register=PEOPLE, view_id=view.pk)
    assert SavedView.objects.get().withdrawn_at is None


def test_its_maker_and_owners_change_a_shared_view(stage, carol):
    view = kept(stage.bob, company=stage.acme)

    for attempt in (
        lambda: rewrite_view(actor=carol, view_id=view.pk, query="", **LIST),
        lambda: change_view(actor=carol, view_id=view.pk, terms=ViewTerms("Mine"), **LIST),
        lambda: withdraw_view(actor=carol, view_id=view.pk, **LIST),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert SavedView.objects.values("name", "query", "withdrawn_at").get() == {
        "name": "Expiring", "query": "state=expired", "withdrawn_at": None,
    }  # fmt: skip
    rewrite_view(actor=stage.alice, view_id=view.pk, query="state=over", **LIST)
    change_view(actor=stage.bob, view_id=view.pk, terms=ViewTerms("Over", stage.acme.pk), **LIST)
    assert SavedView.objects.values_list("name", "query").get() == ("Over", "state=over")
    with pytest.raises(Invalid):
        change_view(actor=stage.alice, view_id=view.pk, terms=ViewTerms("Over"), **LIST)


def test_a_list_opens_with_ones_own_choice_before_the_companys(stage, carol):
    shared = kept(stage.bob, "Shared", company=stage.acme)
    mine = kept(carol, "Mine")

    with pytest.raises(NotAllowed):
        appoint_view(actor=stage.bob, view_id=shared.pk, appointed=True, **LIST)
    with pytest.raises(Invalid):
        appoint_view(actor=carol, view_id=mine.pk, appointed=True, **LIST)
    appoint_view(actor=stage.alice, view_id=shared.pk, appointed=True, **LIST)
    assert opens_with(carol) == opens_with(stage.bob) == "Shared"

    prefer_view(actor=carol, view_id=mine.pk, preferred=True, **LIST)
    assert (opens_with(carol), opens_with(stage.bob)) == ("Mine", "Shared")
    prefer_view(actor=carol, view_id=shared.pk, preferred=True, **LIST)
    assert DefaultView.objects.filter(user_id=carol.user_id).count() == 1
    prefer_view(actor=carol, view_id=shared.pk, preferred=False, **LIST)
    assert opens_with(carol) == "Shared"
    withdraw_view(actor=stage.bob, view_id=shared.pk, **LIST)
    assert opens_with(carol) is None
    assert opens_with(stage.mallory) is None


def test_one_default_a_company(stage):
    first, second = kept(stage.alice, "A", company=stage.acme), kept(stage.alice, "B", company=stage.acme)
    for view in (first, second):
        appoint_view(actor=stage.alice, view_id=view.pk, appointed=True, **LIST)
    assert opens_with(stage.bob) == "B"

    withdraw_view(actor=stage.alice, view_id=second.pk, **LIST)
    appoint_view(actor=stage.alice, view_id=first.pk, appointed=True, **LIST)
    restore_view(actor=stage.alice, view_id=second.pk, **LIST)
    assert opens_with(stage.bob) == "A"


def test_taking_a_view_back_ends_what_others_opened_with(stage, carol):
    view = kept(stage.bob, company=stage.acme)
    prefer_view(actor=carol, view_id=view.pk, preferred=True, **LIST)
    prefer_view(actor=stage.bob, view_id=view.pk, preferred=True, **LIST)
    change_view(actor=stage.bob, view_id=view.pk, terms=ViewTerms("Expiring"), **LIST)

    assert (opens_with(carol), opens_with(stage.bob)) == (None, "Expiring")


def test_a_name_stands_once_and_can_be_taken_after_a_deletion(stage):
    first = kept(stage.bob)
    with pytest.raises(ViewNameTaken):
        kept(stage.bob)
    kept(stage.alice)
    kept(stage.bob, company=stage.acme)
    withdraw_view(actor=stage.bob, view_id=first.pk, **LIST)
    kept(stage.bob)
    with pytest.raises(ViewNameTaken):
        restore_view(actor=stage.bob, view_id=first.pk, **LIST)
    with pytest.raises(NotFound):
        restore_view(actor=stage.mallory, view_id=first.pk, **LIST)
    assert SavedView.objects.filter(withdrawn_at=None).count() == 3


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\0b"])
def test_a_view_needs_a_name(stage, name):
    with pytest.raises(Invalid):
        kept(stage.bob, name)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("query", ["nonsense=1", "state=none", "sort=nothing", "q=" + "x" * 201])
def test_what_the_list_does_not_understand_is_not_kept(stage, query):
    with pytest.raises(Invalid):
        kept(stage.bob, query=query)
    assert not SavedView.objects.exists()


def test_readers_by_token_and_the_product_itself_keep_none(stage):
    from dataclasses import replace

    view = kept(stage.bob)
    for actor in (replace(stage.bob, read_only=True), ROOT):
        with pytest.raises(NotAllowed):
            kept(actor, "Other")
    with pytest.raises(NotAllowed):
        withdraw_view(actor=replace(stage.bob, read_only=True), view_id=view.pk, **LIST)


def test_nobody_keeps_views_without_end(stage, monkeypatch):
    monkeypatch.setattr("trueup.saved_views.actions.MOST_VIEWS", 2)
    kept(stage.bob, "A")
    kept(stage.bob, "B")
    with pytest.raises(TooManyViews):
        kept(stage.bob, "C")


def test_everything_is_written_down(stage):
    view = kept(stage.alice, company=stage.acme)
    rewrite_view(actor=stage.alice, view_id=view.pk, query="state=over", **LIST)
    change_view(actor=stage.alice, view_id=view.pk, terms=ViewTerms("New", stage.acme.pk), **LIST)
    prefer_view(actor=stage.alice, view_id=view.pk, preferred=True, **LIST)
    appoint_view(actor=stage.alice, view_id=view.pk, appointed=True, **LIST)
    withdraw_view(actor=stage.alice, view_id=view.pk, **LIST)
    restore_view(actor=stage.alice, view_id=view.pk, **LIST)
    found = Entry.objects.filter(subject_kind="view").order_by("pk")

    assert [entry.event.partition(".view_")[2] for entry in found] == [
        "saved", "rewritten", "changed", "preferred", "appointed", "withdrawn", "restored",
    ]  # fmt: skip
    assert found[1].details == {"list": "licences", "query": ["state=expired", "state=over"]}
    assert {entry.company_id for entry in found} == {stage.acme.pk}
