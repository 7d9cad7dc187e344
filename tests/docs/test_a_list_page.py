"""The page on lists keeps its word: its code, run as it stands there, is a list with everything that belongs to one."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from tests.docs.pages import ROOT
from trueup.tenancy.models import Region

PAGE = ROOT / "docs" / "develop" / "a-list-page.md"


@pytest.fixture
def written():
    """What the page's blocks of code define, from top to bottom."""
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - the documentation's own code
    return SimpleNamespace(**names)


def asked(stage, name, query=""):
    request = RequestFactory().get(f"/sites/?{query}")
    request.user, request.actor = stage.users[name], getattr(stage, name)
    request.session, request._messages = {}, CookieStorage(request)
    return request


@pytest.fixture
def sites(stage):
    for company, name in ((stage.acme, "North"), (stage.acme, "South"), (stage.globex, "Elsewhere")):
        Region.objects.create(company=company, name=name)
    return stage


def test_the_written_page_is_a_whole_list(sites, written):
    page = written.sites(
        asked(sites, "alice", "sort=-is_default,name&group=is_default&name__contains=h")
    ).content.decode()

    assert page.index("North") < page.index("South")
    assert "Elsewhere" not in page
    for words in ("Default ones", "Add filter", "Columns", "Arrange", "Save this view", 'class="grp"'):
        assert words in page


def test_it_exports_and_answers_the_api(sites, written):
    table = b"".join(written.sites(asked(sites, "alice", "format=csv&columns=name&name=South"))).decode()
    answer = written.list_sites(asked(sites, "alice", "q=north"))

    assert table.splitlines()[0] == "id,name"
    assert table.splitlines()[1].endswith(",South")
    assert b'"name":"North"' in answer.content


def test_it_tells_strangers_nothing(sites, written):
    assert "North" not in written.sites(asked(sites, "mallory")).content.decode()


def test_its_template_and_script_are_nobodys_work(written):
    """Issue 3: one register, one template at most, no JavaScript."""
    text = PAGE.read_text(encoding="utf-8")

    assert "```html" not in text
    assert "```js" not in text
    assert "template=" not in re.findall(r"```python\n(.*?)```", text, re.DOTALL)[1]
