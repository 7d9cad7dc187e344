"""The envelope: what is sealed opens in its own place only, and keys are renewed without opening anything."""

import copy
import pickle
import uuid
from dataclasses import replace

import pytest
from django.conf import settings

from tests.cast import NOW, ROOT
from trueup.audit.models import Entry
from trueup.base.access import Permission
from trueup.base.problems import NotAllowed
from trueup.vault.actions import Sealing, rotate_keys, seal_secrets
from trueup.vault.envelope import Place, SealBroken, open_envelope
from trueup.vault.keys import VaultClosed, key_provider
from trueup.vault.keys.keyfile import KeyFiles
from trueup.vault.models import Secret
from trueup.vault.plain import Plain
from trueup.vault.queries import envelope_of, place_of, vault_state

KEY = "AAAAA-BBBBB-CCCCC-DDDDD-K7Q4F"


def sealed(company, text=KEY, field="product_key", actor=ROOT):
    place = Place(company.pk, "licence_key", uuid.uuid4(), field)
    return seal_secrets(
        actor=actor, permission=Permission.LICENCES_CHANGE, sealings=[Sealing(place, Plain(text))], at=NOW
    )[0]


def opened(secret, place=None):
    secret = Secret.objects.get(pk=secret.pk)
    place = place or place_of(secret=secret)
    return open_envelope(
        envelope_of(secret=secret), place=place, form=secret.form, keys=key_provider()
    ).expose()


def test_a_sealed_value_opens_in_its_place(stage):
    """D-091, C-020."""
    secret = sealed(stage.acme)

    assert opened(secret) == KEY
    row = Secret.objects.values().get()
    assert all(
        KEY.encode() not in bytes(value) for value in row.values() if isinstance(value, bytes | memoryview)
    )
    assert row["tail"] == "7Q4F"


@pytest.mark.parametrize("part", ["company_id", "kind", "record", "field"])
def test_pasted_into_another_place_it_does_not_open(stage, part):
    """C-020: company, kind, record and field are bound, value and data key both."""
    secret = sealed(stage.acme)
    other = {
        "company_id": stage.globex.pk,
        "kind": "connector",
        "record": uuid.uuid4(),
        "field": "serial_number",
    }

    with pytest.raises(SealBroken):
        opened(secret, replace(place_of(secret=secret), **{part: other[part]}))


@pytest.mark.parametrize("column", ["sealed", "wrapped", "nonce"])
def test_a_pasted_or_changed_part_does_not_open(stage, column):
    mine, other = sealed(stage.acme), sealed(stage.acme, "OTHER-OTHER-OTHER-OTHER")
    Secret.objects.filter(pk=mine.pk).update(**{column: getattr(other, column)})

    with pytest.raises(SealBroken):
        opened(mine)
    assert opened(other) == "OTHER-OTHER-OTHER-OTHER"


def test_the_same_value_is_sealed_differently_each_time(stage):
    one, two = sealed(stage.acme), sealed(stage.acme)

    assert bytes(one.sealed) != bytes(two.sealed)
    assert bytes(one.wrapped) != bytes(two.wrapped)
    assert one.lookup == two.lookup
    assert sealed(stage.globex).lookup != one.lookup  # a company's hashes say nothing about another's


@pytest.mark.parametrize(
    ("text", "tail"), [("K7Q4F", ""), ("A" * 11 + "WXYZ", ""), ("A" * 12 + "WXYZ", "WXYZ")]
)
def test_the_tail_is_at_most_a_quarter(stage, text, tail):
    assert sealed(stage.acme, text).tail == tail


def test_short_values_have_no_hash_to_guess_by(stage):
    assert sealed(stage.acme, "1234-5678").lookup is None


def test_sealing_needs_the_permission(stage):
    with pytest.raises(NotAllowed):
        sealed(stage.acme, actor=stage.bob)
    assert not Secret.objects.exists()


def test_plain_text_hides_itself():
    plain = Plain(KEY)

    assert KEY not in f"{plain} {plain!r} {[plain]} { ({1: plain}) }"
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            way(plain)


def test_keys_are_renewed_without_opening(stage):
    """C-020: only data keys are wrapped anew, counted, one entry a company; old files go on opening old backups."""
    first, second = sealed(stage.acme), sealed(stage.globex)
    before = key_provider().current_key_id()

    assert rotate_keys(actor=ROOT, at=NOW) == 2
    after = key_provider().current_key_id()
    assert after != before
    assert set(Secret.objects.values_list("key_id", flat=True)) == {after}
    assert bytes(Secret.objects.get(pk=first.pk).sealed) == bytes(first.sealed)
    assert (opened(first), opened(second)) == (KEY, KEY)
    entries = Entry.objects.filter(event="vault.keys_rotated")
    assert [entry.details["secrets"] for entry in entries] == [1, 1]


def test_a_rotation_that_was_killed_goes_on_where_it_stopped(stage):
    secret = sealed(stage.acme)
    key_provider().add_key()  # made, and then the machine went down
    current = key_provider().current_key_id()

    state = vault_state(actor=ROOT)
    assert (state.waiting, state.is_well) == (1, True)
    assert rotate_keys(actor=ROOT, at=NOW) == 1
    assert key_provider().current_key_id() == current
    assert opened(secret) == KEY


def test_only_the_whole_house_renews_keys(stage):
    with pytest.raises(NotAllowed):
        rotate_keys(actor=stage.alice, at=NOW)


def test_a_lost_key_is_named_and_never_replaced_in_silence(stage, tmp_path):
    secret = sealed(stage.acme)
    path = settings.HOME / "vault" / f"key-{secret.key_id.split('-')[1]}"
    path.rename(tmp_path / "kept")
    try:
        with pytest.raises(VaultClosed, match=secret.key_id):
            opened(secret)
        key_provider().current_key_id()  # another one may seal from now on …
        state = vault_state(actor=ROOT)
        assert (state.missing, state.is_well) == ((secret.key_id,), False)  # … and the loss is seen
        with pytest.raises(VaultClosed):
            opened(secret)
    finally:
        (tmp_path / "kept").replace(path)
    assert opened(secret) == KEY


def test_key_files_are_private_and_of_one_mind(tmp_path):
    keys = KeyFiles(tmp_path / "vault")
    key_id = keys.current_key_id()

    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "vault" / "key-1").stat().st_mode & 0o777 == 0o600
    assert KeyFiles(tmp_path / "vault").current_key_id() == key_id
    assert sorted(path.name for path in (tmp_path / "vault").iterdir()) == ["key-1"]
    assert keys.health().is_well
    (tmp_path / "vault" / "key-1").chmod(0o644)
    assert "chmod 600" in KeyFiles(tmp_path / "vault").health().trouble
