"""The browser assets: made from installed packages, once, and left out of the page where they were never made."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.template import engines

from trueup.web import assets
from trueup.web.kit import assets_tags
from trueup.web.kit.icons import ICONS

WEB = Path(assets.__file__).parent
APP_CSS_BYTES = 15 * 1024


@pytest.fixture(scope="module")
def vendor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static") / "vendor"
    assert assets.build(folder)
    return folder


def test_a_second_build_changes_nothing(vendor):
    before = {path.name: path.stat().st_mtime_ns for path in vendor.iterdir()}

    assert assets.build(vendor) is False
    assert {path.name: path.stat().st_mtime_ns for path in vendor.iterdir()} == before


def test_the_list_names_every_file_with_version_hash_and_licence(vendor):
    listed = json.loads((vendor / "manifest.json").read_text())["assets"]

    assert {one["file"] for one in listed} == {
        p.name for p in vendor.iterdir() if p.suffix in {".woff2", ".js", ".svg"}
    }
    assert all(one["version"] and one["licence"] and len(one["sha256"]) == 64 for one in listed)
    assert {p.stem for p in (vendor / "licences").iterdir()} == set(assets.SHIPPED)


def test_the_htmx_served_is_version_two(vendor):
    assert re.search(r'version:"2\.', (vendor / "htmx.js").read_text())


def test_the_sprite_holds_the_register_and_nothing_else(vendor):
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (vendor / "icons.svg").read_text()))

    assert drawn == ICONS | {"logo"}


def test_every_icon_a_page_names_is_in_the_register():
    named = re.compile(r"""{% icon "([a-z0-9-]+)\"|icon="([a-z0-9-]+)\"|badge_icon="([a-z0-9-]+)\"""")
    used = {
        next(filter(None, groups)): page.name
        for page in WEB.rglob("*.html")
        for groups in named.findall(page.read_text())
    }

    assert {name: page for name, page in used.items() if name not in ICONS | {"logo"}} == {}


def test_our_style_sheets_stay_within_their_budget():
    sheets = "".join((WEB / "static" / "css" / f"{name}.css").read_text() for name in assets_tags.SHEETS)

    assert len(gzip.compress(sheets.encode())) <= APP_CSS_BYTES


def test_every_style_sheet_and_script_we_name_is_there():
    for name in [
        *(f"css/{one}.css" for one in assets_tags.SHEETS),
        *(f"js/{one}.js" for one in assets_tags.ELEMENTS),
    ]:
        assert (WEB / "static" / name).is_file(), name


def test_our_modules_import_nothing():
    for script in (WEB / "static" / "js").glob("*.js"):
        assert not re.search(r"^\s*import\b", script.read_text(), re.MULTILINE), script.name


@pytest.fixture
def bare(monkeypatch):
    """A checkout whose vendor folder was never built."""
    monkeypatch.setattr(
        assets_tags, "address", lambda name: None if name.startswith("vendor/") else f"/static/{name}"
    )


def test_without_the_folder_no_page_asks_for_what_is_missing(bare):
    page = engines["django"].from_string("{% stylesheets %}{% scripts %}{% icon 'x' %}").render({})

    assert "vendor" not in page
    assert "css/base.css" in page


def test_without_the_sprite_an_icon_only_button_prints_its_label(bare):
    page = engines["django"].from_string("<button>{% icon 'eye' label='Reveal key' %}</button>").render({})

    assert page == "<button><span>Reveal key</span></button>"
