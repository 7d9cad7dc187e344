"""In a language nobody speaks: no page has English left in it, and every page still fits a telephone."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from tests.architecture.test_sentences import Listening
from tests.browser import signed_in
from tests.cast import PASSWORD
from tests.web_kit.pseudo import PSEUDO, RIGHT_TO_LEFT, spoken
from tests.web_kit.test_browser import ids
from trueup.tenancy.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["ids"]

PAGES = ("/", "/licences/", "/licences/{licence}/", "/licences/{licence}/purchases/", "/licences/{licence}/history/",
    "/licences/{licence}/keys/",
    "/licences/{licence}/position/",
         "/licences/{licence}/assign/person/", "/licences/{licence}/change/", "/licences/new/", "/people/", "/people/{person}/",
         "/devices/", "/devices/{device}/", "/purchases/", "/products/", "/position/", "/discovered/", "/inventories/", "/settings/",
         "/settings/companies/{company}/", "/flexible-assets/", "/me/", "/account/2fa/", "/account/password/change/")  # fmt: skip
"""One page of every sort: what is worth reading in a language of long words."""

STAGE = "Trueup Acme Globex Alice alice bob Bob carol dora emil Carol Dora Emil Draw Initech Default the stage EUR JSON"
CLDR = "Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec second seconds minute minutes hour hours day days week weeks ago"
NAMES = "English Deutsch Français Fran ais Nobody mirrored"
CONTENT = frozenset(f"{STAGE} {CLDR} {NAMES} month months".split())
"""Names on the stage, what CLDR says in the reader's language, languages in their own words."""
NOT_OURS = frozenset(
    {
        "Your password must contain at least 10 characters.",
        "Your password can’t be too similar to your other personal information.",
        "Your password can’t be a commonly used password.",
        "Your password can’t be entirely numeric.",
        "Current Password",
        "New Password",
        "New Password (again)",
        "Forgot your password?",
    }
)
"""Sentences of Django and allauth: they bring their own translations."""


@pytest.fixture
def other_languages(tmp_path):
    with spoken(tmp_path):
        yield
    translation.deactivate()


def speaks(language):
    User.objects.filter(username="alice").update(language=language)


def english_in(page):
    heard = Listening()
    heard.feed(page)
    return [
        text
        for text in heard.heard
        if text not in NOT_OURS and any(word not in CONTENT for word in re.findall(r"[A-Za-z]{3,}", text))
    ]


def test_no_page_has_english_left(client, ids, other_languages):
    speaks(PSEUDO)
    client.force_login(User.objects.get(username="alice"))
    found = {}
    for pattern in PAGES:
        for text in english_in(client.get(pattern.format(**ids), follow=True).content.decode()):
            found.setdefault(text, pattern)
    assert found == {}


def test_every_page_fits_a_telephone_in_longer_words(live_server, ids, other_languages):
    speaks(PSEUDO)
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.set_viewport_size({"width": 320, "height": 900})
        for pattern in PAGES:
            page.goto(live_server.url + pattern.format(**ids))
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, pattern


def test_a_language_from_right_to_left_mirrors_the_page(live_server, ids, other_languages):
    speaks(RIGHT_TO_LEFT)
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/licences/")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert page.evaluate("document.querySelector('.sidebar').getBoundingClientRect().right") == 1440
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
