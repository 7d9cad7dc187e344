"""Articles from first to last: written, changed, closed, found; and nothing stored where something is refused."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from tests.cast import NOW, TODAY, a_device, a_licence, a_person
from tests.rooms.assets.stage import a_type, an_asset
from trueup.articles.actions import (
    ArticleClosed,
    ArticleTerms,
    archive_article,
    change_article,
    close_article,
    restore_article,
    write_article,
)
from trueup.articles.models import Article, ArticleVersion
from trueup.articles.queries import about_of, articles_about, articles_visible_to, versions_of_article
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Stale
from trueup.contracts.actions import create_contract
from trueup.contracts.terms import ContractTerms
from trueup.reports.search.finding import search_everything

pytestmark = pytest.mark.django_db

TEXT = "# What we found\n\n**3** units short. <script>alert(1)</script>\n\n| device | title |\n| --- | --- |\n| db1 | Draw |"


def written(stage, title="Findings of June", **terms):
    wanted = ArticleTerms(title, terms.pop("text", TEXT), **terms)
    return write_article(actor=stage.alice, company_id=stage.acme.pk, terms=wanted, at=NOW)


def test_an_article_is_filed_under_its_company_and_what_it_is_about(stage):
    licence, device = a_licence(stage.acme), a_device(stage.acme)
    article = written(stage, kind="findings", about={"licence": [licence.pk], "device": [device.pk]})

    assert [(one.kind, one.name) for one in about_of(actor=stage.bob, article=article)] == [
        ("licence", "Draw"),
        ("device", "db1"),
    ]
    assert list(articles_about(actor=stage.bob, kind="licence", record_id=licence.pk)) == [article]
    assert article.sha256 == hashlib.sha256(f"Findings of June\n\n{TEXT}".encode()).hexdigest()
    assert not articles_visible_to(actor=stage.mallory).exists()
    with pytest.raises(NotFound):
        change_article(
            actor=stage.mallory, article_id=article.pk, changes={"text": "x"}, version=None, at=NOW
        )


def test_it_is_about_things_of_its_own_company_only(stage):
    theirs = a_licence(stage.globex)
    for about in ({"licence": [theirs.pk]}, {"car": [1]}):
        with pytest.raises(InvalidValue):
            written(stage, about=about)
    with pytest.raises(InvalidValue, match="title"):
        written(stage, "  ")
    with pytest.raises(NotAllowed):
        write_article(actor=stage.bob, company_id=stage.acme.pk, terms=ArticleTerms("No"), at=NOW)
    assert not Article.objects.exists()


def test_each_save_is_a_version_and_a_closed_article_stays_as_it_is(stage):
    article = written(stage)
    changed = change_article(
        actor=stage.alice, article_id=article.pk, changes={"text": "2 units short."}, version=1, at=NOW
    )
    with pytest.raises(Stale):
        change_article(actor=stage.alice, article_id=article.pk, changes={"text": "x"}, version=1, at=NOW)
    close_article(actor=stage.alice, article_id=article.pk, at=NOW)
    for again in (
        lambda: change_article(
            actor=stage.alice, article_id=article.pk, changes={"text": "x"}, version=None, at=NOW
        ),
        lambda: close_article(actor=stage.alice, article_id=article.pk, at=NOW),
    ):
        with pytest.raises(ArticleClosed):
            again()

    kept = Article.objects.get(pk=article.pk)
    assert (kept.text, kept.sha256, kept.closed_by) == ("2 units short.", changed.sha256, "Alice")
    assert [one.version for one in versions_of_article(actor=stage.bob, article_id=article.pk)] == [2, 1]
    assert ArticleVersion.objects.get(version=1).text == TEXT


def test_an_archived_article_leaves_the_lists_and_comes_back(stage):
    article = written(stage)
    archive_article(actor=stage.alice, article_id=article.pk, at=NOW)
    assert not articles_visible_to(actor=stage.bob).exists()
    restore_article(actor=stage.alice, article_id=article.pk, at=NOW)
    assert articles_visible_to(actor=stage.bob).get().state == "open"


def test_an_article_is_found_by_any_word_of_its_text(stage):
    written(stage)
    for actor, names in ((stage.bob, ["Findings of June"]), (stage.mallory, [])):
        found = search_everything(actor=actor, words="units short", on=TODAY)
        assert [hit.name for one in found for hit in one.hits if one.kind.key == "article"] == names


def test_writing_reading_and_closing_on_its_pages(stage):
    alice, bob = Client(), Client()
    alice.force_login(stage.users["alice"])
    bob.force_login(stage.users["bob"])
    sent = {"title": "How we buy", "text": TEXT, "tags": "buying"}
    page = alice.post("/articles/new/", sent)["Location"]
    shown = bob.get(page).content.decode()
    assert "<h2>What we found</h2>" in shown
    assert "<td>db1</td>" in shown
    assert "<script>alert" not in shown
    assert f"{page}change/" not in shown
    assert "How we buy" in bob.get("/articles/?q=units").content.decode()

    assert alice.post(f"{page}change/", sent | {"title": "", "version": 1}).status_code == 422
    assert alice.post(f"{page}change/", sent | {"title": "How we buy now", "version": 1}).status_code == 302
    assert bob.post(f"{page}close/").status_code == 403
    assert alice.post(f"{page}close/").status_code == 302
    assert alice.post(f"{page}archive/").status_code == 302
    one = Article.objects.get()
    assert (one.title, one.closed_at is None, one.archived_at is None) == ("How we buy now", False, False)


def test_what_refers_to_a_record_and_what_is_written_about_it_stand_on_its_page(stage):
    licence, device, person = a_licence(stage.acme), a_device(stage.acme), a_person(stage.acme)
    contract = create_contract(
        actor=stage.alice,
        company_id=stage.acme.pk,
        terms=ContractTerms(name="Frame", valid_from=TODAY),
        at=NOW,
    )
    about = {
        "licence": licence.pk,
        "device": device.pk,
        "person": person.pk,
        "contract": contract.pk,
        "product": licence.product_id,
    }
    written(stage, about={kind: [pk] for kind, pk in about.items()})
    fields = ({"label": f"The {kind}", "kind": "reference", "to": kind} for kind in about)
    type_ = a_type(stage, "Note", {"label": "Name", "kind": "text"}, *fields)
    asset = an_asset(stage, type_, name="Sticker", **{f"the_{kind}": pk for kind, pk in about.items()})
    bob = Client()
    bob.force_login(stage.users["bob"])
    for place in ("licences", "devices", "people", "contracts", "products"):
        pk = about[{"licences": "licence", "devices": "device", "people": "person"}.get(place, place[:-1])]
        page = bob.get(f"/{place}/{pk}/").content.decode()
        assert f'href="/flexible-assets/{asset.pk}/"' in page, place
        assert "Findings of June" in page, place
