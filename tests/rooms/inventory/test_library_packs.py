"""The library updated without a release: signed packs are used, everything else is refused and changes nothing."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as pace
from hypothesis import strategies as st

from tests.cast import NOW, ROOT, Stage
from trueup.audit.models import Entry
from trueup.base.problems import NotAllowed
from trueup.catalogue.models import Product
from trueup.inventory.actions import drop_library_pack, import_library_pack, recognise_titles, record_snapshot
from trueup.inventory.library import current_library, pack_in_use, packs_folder
from trueup.inventory.library_packs import PackRefused, open_pack, signed_text
from trueup.inventory.models import Title
from trueup.inventory.snapshots import DeviceFacts, Snapshot, SoftwareFacts

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
KEYS = [base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()]
FILES = {
    "publishers/z.yaml": b"publishers: [{ key: zorb, name: Zorb }]",
    "products/zorb.yaml": b"""
publisher: zorb
products:
  - key: zorb.blatt
    name: Zorblatt
    category: design
    asset_class: all
    metric: per_device
    titles: [{ id: zorb.blatt, match: { name: Zorblatt }, reason: its own name }]
""",
}


def a_pack(
    files: Mapping[str, bytes] = FILES,
    *,
    serial: int = 1,
    by: Ed25519PrivateKey = PRIVATE,
    after: bytes = b"",
) -> bytes:
    """A signed pack; ``after`` is put behind the products once it is signed."""
    signed = {**files, "pack.json": b'{"serial": %d}' % serial}
    signature = base64.b64encode(by.sign(signed_text(signed)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**signed, "signature": signature}.items():
            archive.writestr(name, content + (after if name.startswith("products/") else b""))
    return packed.getvalue()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return packs_folder(tmp_path)


@pytest.fixture
def bring(home: Path, stage: Stage) -> Callable[..., Mapping[str, int]]:
    def bring(raw: bytes, *, actor=ROOT, keys=KEYS) -> Mapping[str, int]:
        return import_library_pack(
            actor=actor, raw=raw, keys=keys, packs=home, shipped=Path(settings.LIBRARY), at=NOW
        )

    return bring


def test_a_signed_pack_is_the_library_from_then_on(stage: Stage, bring):
    """C-046: titles unknown to the release are recognised, and the import is on record."""
    software = (SoftwareFacts(name="Zorblatt 2.0", publisher="Zorb Inc.", version="2.0"),)
    snapshot = Snapshot(
        source="glpi", device=DeviceFacts(hostname="pc1"), seen_at=NOW, sections=frozenset({"softwares"}), software=software
    )  # fmt: skip
    record_snapshot(actor=stage.alice, company_id=stage.acme.pk, snapshot=snapshot, at=NOW)
    assert Title.objects.get().status == "unrecognised"
    bring(a_pack())
    assert recognise_titles(actor=stage.alice, company_id=stage.acme.pk, at=NOW) == 1
    assert Title.objects.get().product.library_key == "zorb.blatt"
    assert Entry.objects.filter(event="inventory.library_pack_imported").count() == 1


def test_going_back_to_the_shipped_library(bring, home: Path):
    shipped = current_library().version_hash
    bring(a_pack())
    assert current_library().version_hash != shipped
    assert drop_library_pack(actor=ROOT, packs=home, shipped=Path(settings.LIBRARY), at=NOW)
    assert current_library().version_hash == shipped
    assert not drop_library_pack(actor=ROOT, packs=home, shipped=Path(settings.LIBRARY), at=NOW)
    with pytest.raises(PackRefused):
        bring(a_pack())


def test_a_release_with_another_library_puts_the_pack_out_of_use(bring, home: Path, tmp_path: Path):
    bring(a_pack())
    newer = tmp_path / "newer"
    for name, content in FILES.items():
        (newer / name).parent.mkdir(parents=True, exist_ok=True)
        (newer / name).write_bytes(content + b"\n")
    assert pack_in_use(home, shipped=Path(settings.LIBRARY)) is not None
    assert pack_in_use(home, shipped=newer) is None


def _zip_of(**names: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return packed.getvalue()


HOSTILE = {
    "signed by a stranger": a_pack(by=STRANGER),
    "changed after it was signed": a_pack(after=b"\n# changed"),
    "no signature": _zip_of(**FILES, **{"pack.json": b'{"serial": 1}'}),
    "a way out of the folder": a_pack({**FILES, "products/../../evil.yaml": b""}),
    "an absolute name": a_pack({**FILES, "/etc/passwd": b""}),
    "a file of another kind": a_pack({**FILES, "products/evil.py": b""}),
    "a bomb": a_pack({**FILES, "titles/bomb.yaml": b" " * (65 * 1024 * 1024)}),
    "no serial": a_pack({**FILES}, serial=1).replace(b"pack.json", b"pack.jsox"),
    "a faulty library": a_pack({**FILES, "titles/x.yaml": b"titles: [{ id: x, match: { name: X }, product: gone }]"}),
    "YAML that makes objects": a_pack({**FILES, "titles/x.yaml": b"titles: !!python/object/apply:os.getcwd []"}),
    "no products": a_pack({"publishers/z.yaml": FILES["publishers/z.yaml"]}),
    "not a ZIP": b"PK\x03\x04nothing",
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_pack_is_refused_and_nothing_changes(raw: bytes, bring, home: Path):
    before, products = current_library().version_hash, Product.objects.count()
    with pytest.raises(PackRefused):
        bring(raw)
    assert (current_library().version_hash, Product.objects.count()) == (before, products)
    assert [path for path in home.glob("*") if path.is_dir()] == []
    assert not Entry.objects.filter(event="inventory.library_pack_imported").exists()


def test_without_a_trusted_key_no_pack_is_believed(bring):
    with pytest.raises(PackRefused, match="TRUEUP_LIBRARY_KEYS"):
        bring(a_pack(), keys=[])
    with pytest.raises(PackRefused):
        bring(a_pack(), keys=["not base64", base64.b64encode(b"short").decode()])


def test_an_older_pack_sent_again_brings_nothing_back(bring):
    bring(a_pack(serial=7))
    held = current_library().version_hash
    for serial in (7, 6):
        with pytest.raises(PackRefused, match="not newer"):
            bring(a_pack({**FILES, "titles/x.yaml": b"titles: []"}, serial=serial))
    assert current_library().version_hash == held


def test_only_who_may_change_the_catalogue_everywhere_imports(stage: Stage, bring):
    with pytest.raises(NotAllowed):
        bring(a_pack(), actor=stage.alice)
    assert not Entry.objects.filter(event="inventory.library_pack_imported").exists()


@pace(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_is_believed(place: int, change: int):
    """A pack with one byte changed is refused, or holds exactly what was signed."""
    raw = bytearray(a_pack())
    raw[place % len(raw)] ^= change
    try:
        pack = open_pack(bytes(raw), keys=KEYS)
    except PackRefused:
        return
    assert (pack.serial, dict(pack.files)) == (1, FILES)
