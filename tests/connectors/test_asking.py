"""Asking other systems: patient with their limits, plain about refusals, and never sent elsewhere."""

from __future__ import annotations

import pytest

from tests.cast import NOW
from tests.connectors.vendor import vendor
from trueup.sources.asking import Opening, SourceHasNone, SourceShut, SourceUnreadable, Wire, bearer, linked
from trueup.vault.plain import Plain


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.PRIVATE_SOURCES = True


def wire(stands, waits=None, **more) -> Wire:
    return Wire(stands.url, (waits if waits is not None else []).append, **more)


def test_429_waits_as_long_as_it_is_told_and_goes_on():
    answers = iter([(429, b"", {"Retry-After": "7"}), (503, b"", {"Retry-After": "3"}), (200, {"value": []})])
    waits: list[float] = []
    with vendor(lambda _asked: next(answers)) as stands:
        assert wire(stands, waits).get("/things") == {"value": []}
    assert waits == [7.0, 3.0]


def test_a_broken_server_is_tried_again_with_growing_waits_and_then_named():
    waits: list[float] = []
    with vendor(lambda _asked: (500, b"")) as stands, pytest.raises(SourceUnreadable, match="500"):
        wire(stands, waits).get("/things")
    assert len(waits) == 5
    assert waits == sorted(waits)


def test_a_token_is_renewed_once_after_401_and_then_the_refusal_is_told():
    tokens = iter(["stale", "fresh", "never"])
    good = {"fresh"}

    def script(asked):
        if asked.path == "/token":
            return 200, {"access_token": next(tokens)}
        return (200, []) if asked.headers["Authorization"].removeprefix("Bearer ") in good else (401, b"")

    with vendor(script) as stands:
        line = wire(stands, authorise=bearer(wire(stands), "/token", {"client_secret": "s3cret"}))
        assert line.get("/things") == []
        assert stands.paths() == ["/token", "/things", "/token", "/things"]
        good.clear()
        with pytest.raises(SourceShut, match="401") as refused:
            line.get("/things")
        assert stands.paths()[4:] == ["/things", "/token", "/things"]
    assert "s3cret" not in refused.value.detail


def test_pages_are_followed_by_their_links_and_an_empty_one_is_no_end_of_the_world():
    def script(asked):
        if asked.query.get("skip"):
            return 200, {"value": []}
        return 200, {"value": [1, 2], "next": f"http://{asked.headers['Host']}/things?skip=2"}

    with vendor(script) as stands:
        assert list(linked(wire(stands), "/things", rows="value", link="next")) == [[1, 2], []]


@pytest.mark.parametrize("link", ["https://elsewhere.example/things", "http://127.0.0.1:1/things"])
def test_a_link_to_another_host_is_not_followed(link):
    with (
        vendor(lambda _asked: (200, {"value": [], "next": link})) as stands,
        pytest.raises(SourceUnreadable, match="one host only"),
    ):
        list(linked(wire(stands), "/things", rows="value", link="next"))
    assert len(stands.asked) == 1


def test_a_circle_of_pages_ends():
    with (
        vendor(
            lambda asked: (200, {"value": [1], "next": f"http://{asked.headers['Host']}/things"})
        ) as stands,
        pytest.raises(SourceUnreadable, match="circle"),
    ):
        list(linked(wire(stands), "/things", rows="value", link="next"))
    assert len(stands.asked) == 2


def test_refusals_are_told_apart():
    with vendor(lambda asked: ({"/403": 403, "/404": 404}.get(asked.path, 200), b"<html>")) as stands:
        line = wire(stands)
        with pytest.raises(SourceShut, match="403"):
            line.get("/403")
        with pytest.raises(SourceHasNone):
            line.get("/404")
        with pytest.raises(SourceUnreadable, match="nothing that can be read"):
            line.get("/page")
    with pytest.raises(SourceUnreadable, match="cannot be reached"):
        line.get("/gone")


def test_a_key_in_an_address_stands_in_no_message():
    with vendor(lambda _asked: (418, b"")) as stands, pytest.raises(SourceUnreadable) as refused:
        wire(stands).get("/api/", apikey="CANARY")
    assert stands.asked[0].query == {"apikey": "CANARY"}
    assert "CANARY" not in refused.value.detail


def test_what_opens_a_source_is_not_printed():
    opening = Opening("https://example.com", {}, {"key": Plain("CANARY")}, lambda _seconds: None, NOW)
    assert "CANARY" not in f"{opening!r} {opening.wire(authorise=lambda: {'X': opening.secret('key')})!r}"
