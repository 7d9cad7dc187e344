"""Systems that manage devices, each from its token to its sightings against its own samples on loopback."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cast import NOW, Stage
from tests.connectors.vendor import Asked, sample, vendor
from tests.rooms.sources.reading import a_source, run
from trueup.connectors.register import suitcase_named
from trueup.devices.models import Device
from trueup.inventory.models import Installation
from trueup.sources.actions import open_source
from trueup.sources.findings import Findings, Sighted
from trueup.sources.models import SourcePage

TOKEN = {"access_token": "t"}


def by_name(found: Findings) -> dict[str, Sighted]:
    return {one.snapshot.device.hostname or "": one for one in found.devices or ()}


def fleet(asked: Asked) -> tuple[Any, ...]:
    if asked.headers.get("Authorization") != "Bearer s3cret":
        return 401, b""
    if asked.path.endswith("/teams"):
        return 200, {"teams": [{"id": 4, "name": "North"}]}
    if asked.path.endswith("/hosts"):
        hosts = sample("fleet/samples/hosts.json")["hosts"]
        last = asked.query["page"] == "1"
        return 200, {"hosts": hosts[2:] if last else hosts[:2], "meta": {"has_next_results": not last}}
    return 200, sample("fleet/samples/software.json") if "/hosts/1/" in asked.path else {"software": []}


def intune(asked: Asked) -> tuple[Any, ...]:
    if asked.path.endswith("/token"):
        return 200, TOKEN
    answers = sample("intune/samples/answers.json")
    kind = "on" if "/detectedApps/" in asked.path else "apps" if asked.path.endswith("Apps") else "devices"
    rows = answers[kind]
    if kind == "devices" and "skip" not in asked.query:
        return 200, {
            "value": rows[:1],
            "@odata.nextLink": f"http://{asked.headers['Host']}{asked.path}?skip=1",
        }
    return 200, {"value": rows[1:] if kind == "devices" else rows}


def ninjaone(asked: Asked) -> tuple[Any, ...]:
    if asked.path.endswith("/token"):
        return 200, TOKEN
    answers = sample("ninjaone/samples/answers.json")
    if asked.path == "/v2/queries/software":
        rows = answers["software"]
        page = {"": rows[:2], "c1": rows[2:]}.get(asked.query.get("cursor", ""), [])
        return 200, {"cursor": {"name": "c1" if "cursor" not in asked.query else "c2"}, "results": page}
    return 200, answers[asked.path.rpartition("/")[2]]


def tactical(asked: Asked) -> tuple[Any, ...]:
    if asked.headers.get("X-API-KEY") != "s3cret":
        return 401, b""
    answers = sample("tacticalrmm/samples/answers.json")
    kind = "software" if asked.path == "/software/" else "numbers" if asked.query else "agents"
    return 200, answers[kind]


def jamf(asked: Asked) -> tuple[Any, ...]:
    if asked.path.endswith("/token"):
        return 200, TOKEN
    found = sample("jamf/samples/computers.json")
    number = int(asked.query["page"])
    return 200, {"totalCount": 2, "results": found["results"][number : number + 1]}


def datto(asked: Asked) -> tuple[Any, ...]:
    if asked.path == "/auth/oauth/token":
        good = asked.form["password"] == "s3cret" and asked.headers["Authorization"].startswith("Basic ")
        return (200, TOKEN) if good else (401, b"")
    answers = sample("datto/samples/answers.json")
    if "/audit/" in asked.path:
        if "dev-1" not in asked.path:
            return 404, b""
        last = asked.query["page"] == "1"
        more = None if last else f"http://{asked.headers['Host']}{asked.path}?page=1"
        return 200, {
            "pageDetails": {"nextPageUrl": more},
            "software": answers["software"][1:] if last else answers["software"][:1],
        }
    kind = asked.path.rpartition("/")[2]
    return 200, {"pageDetails": {"nextPageUrl": None}, kind: answers[kind]}


def wazuh(asked: Asked) -> tuple[Any, ...]:
    if asked.path == "/security/user/authenticate":
        good = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")) == b"reader:s3cret"
        return (200, {"data": {"token": "t"}, "error": 0}) if good else (401, b"")
    answers = sample("wazuh/samples/answers.json")
    if "/syscollector/" in asked.path and "/001/" not in asked.path:
        return 200, {"data": {"affected_items": [], "total_affected_items": 0}, "error": 0}
    rows = answers["packages" if "/syscollector/" in asked.path else "agents"]
    offset = int(asked.query["offset"])
    return 200, {"data": {"affected_items": rows[offset : offset + 2], "total_affected_items": 3}, "error": 0}


KEY = {"client_id": "app"}
VENDORS: dict[str, tuple[Any, dict[str, str], str]] = {
    "fleet": (fleet, {}, "token"),
    "intune": (intune, {**KEY, "tenant": "acme"}, "client_secret"),
    "ninjaone": (ninjaone, KEY, "client_secret"),
    "tacticalrmm": (tactical, {}, "api_key"),
    "jamf": (jamf, KEY, "client_secret"),
    "datto": (datto, {"api_key": "key"}, "api_secret"),
    "wazuh": (wazuh, {"user": "reader"}, "password"),
}


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.PRIVATE_SOURCES = True


def source_of(stage: Stage, kind: str, url: str):
    _script, options, secret = VENDORS[kind]
    more = {"sign_in_url": url} if kind == "intune" else {}
    return a_source(stage, kind, url, secrets={secret: "s3cret"}, **options, **more)


def findings(stage: Stage, kind: str) -> Findings:
    """What a suitcase finds against its vendor."""
    suitcase = suitcase_named(kind)
    with vendor(VENDORS[kind][0]) as stands:
        opening = open_source(source=source_of(stage, kind, stands.url), wait=lambda _seconds: None, at=NOW)
        return suitcase.parse(list(suitcase.read(opening)), NOW)


@pytest.mark.parametrize("kind", VENDORS)
def test_each_is_read_to_its_end_with_its_broken_row_counted_and_nothing_private_kept(
    stage: Stage, kind: str
):
    """C-044: pages followed, one row refused and named, no canary in any stored page."""
    with vendor(VENDORS[kind][0]) as stands:
        found = run(source_of(stage, kind, stands.url))
    assert (found.state, found.trouble) == ("done", "")
    assert found.rejected >= 1
    assert Installation.objects.filter(gone_at=None, section=f"softwares/{kind}").exists()
    kept = "".join(str(page.rows) for page in pages_of_all())
    assert "CANARY" not in kept


def pages_of_all():
    from trueup.sources.models import SourceRun
    from trueup.sources.queries import pages_of

    return [page for one in SourceRun.objects.all() for page in pages_of(run=one)]


@pytest.mark.parametrize("kind", VENDORS)
def test_an_error_half_way_ends_nothing(stage: Stage, kind: str):
    script = VENDORS[kind][0]
    with vendor(script) as stands:
        source = source_of(stage, kind, stands.url)
        run(source)
        there = Installation.objects.filter(gone_at=None).count()
        kinds = set(SourcePage.objects.values_list("kind", flat=True))
        last = stands.asked[-1].path
        stands.script = lambda asked: (500, b"") if asked.path == last else script(asked)
        found = run(source)
    assert kinds
    assert found.state in {"partial", "failed"}
    assert Installation.objects.filter(gone_at=None).count() == there


def test_fleet_tells_when_a_program_was_opened_and_never_says_never(stage: Stage):
    """U-043: no opening told is not reported."""
    found = findings(stage, "fleet")
    mac = by_name(found)["mac-1"]
    assert (mac.outside, mac.snapshot.device.serial) == ("4", "FL-0001")
    assert mac.snapshot.seen_at == datetime(2026, 11, 20, 6, tzinfo=UTC)
    told = {
        one.name: (one.version, one.last_used_at, one.use_is_reported) for one in mac.snapshot.software or ()
    }
    assert told == {
        "Example Draw": ("4.2", datetime(2026, 11, 18, 23, 3, 7, tzinfo=UTC), True),
        "Example Paint": ("1.0", None, False),
    }
    assert {one.name for one in found.outsides} == {"North", ""}
    assert by_name(found)["pc-2"].snapshot.software == ()


def test_intune_is_not_asked_who_has_what_nobody_licenses(stage: Stage):
    with vendor(intune) as stands:
        source = source_of(stage, "intune", stands.url)
        suitcase = suitcase_named("intune")
        pages = list(suitcase.read(open_source(source=source, wait=lambda _s: None, at=NOW)))
        asked = [path for path in stands.paths() if "/detectedApps/" in path]
    assert asked == ["/v1.0/deviceManagement/detectedApps/a1/managedDevices"]
    found = by_name(suitcase.parse(pages, NOW))
    assert [(one.name, one.publisher) for one in found["LAP-1"].snapshot.software or ()] == [
        ("Example Draw", None)
    ]
    assert set(found) == {"LAP-1", "LAP-2"}


def test_ninjaone_leaves_out_devices_that_are_not_approved(stage: Stage):
    found = findings(stage, "ninjaone")
    [only] = found.devices or ()
    [program] = only.snapshot.software or ()
    assert (only.outside, only.snapshot.device.hostname) == ("3", "NJ-17")
    assert (program.installed_on, program.identifier, program.is_system) == (
        date(2024, 1, 1),
        "{AAAA}",
        False,
    )
    assert only.snapshot.seen_at == datetime.fromtimestamp(1795200000, UTC)


def test_tactical_rmm_does_not_know_days_of_the_year_1(stage: Stage):
    found = findings(stage, "tacticalrmm")
    [only] = found.devices or ()
    assert (only.outside, only.snapshot.device.serial) == ("North", "TR-0012")
    assert [(one.name, one.installed_on) for one in only.snapshot.software or ()] == [
        ("Example Zip 19.00 (x64)", None),
        ("Example Draw", date(2025, 3, 1)),
    ]
    assert "an agent that is not listed" in "".join(one.reason for one in found.rejected)


def test_jamf_knows_programs_by_their_bundle(stage: Stage):
    found = findings(stage, "jamf")
    [only] = found.devices or ()
    assert (only.outside, only.snapshot.device.macs) == ("2", ("0a:00:27:00:00:07",))
    assert [(one.name, one.identifier, one.publisher) for one in only.snapshot.software or ()] == [
        ("Example Draw", "com.example.draw", None)
    ]
    assert len(found.rejected) == 2


def test_datto_asks_only_what_was_audited_and_leaves_the_rest_unknown(stage: Stage):
    with vendor(datto) as stands:
        run(source_of(stage, "datto", stands.url))
        assert not [path for path in stands.paths() if "dev-2" in path or "dev-3" in path]
    assert list(Device.objects.values_list("hostname", flat=True)) == ["DT-1"]


def test_wazuh_keeps_packages_of_systems_and_takes_a_wrong_answer_for_what_it_is(stage: Stage):
    found = findings(stage, "wazuh")
    [only] = found.devices or ()
    assert (only.outside, only.snapshot.device.hostname, only.snapshot.device.os_name) == (
        "north",
        "WZ-1",
        "Ubuntu 24.04",
    )
    assert [(one.name, one.publisher, one.origin) for one in only.snapshot.software or ()] == [
        ("example", "Example Soft", "deb")
    ]
    assert only.snapshot.seen_at == datetime(2026, 11, 19, 9, tzinfo=UTC)
    broken = (200, {"data": {}, "error": 1017})
    with vendor(lambda asked: broken if "/syscollector/" in asked.path else wazuh(asked)) as stands:
        stopped = run(
            a_source(stage, "wazuh", stands.url, name="broken", secrets={"password": "s3cret"}, user="reader")
        )
    assert (stopped.state, stopped.counts.get("devices")) == ("failed", None)
