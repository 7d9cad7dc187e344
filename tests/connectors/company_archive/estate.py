"""A company with something of everything, its archive, and the archive told without ids: what two must agree in."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import an_edition, install
from tests.rooms.documents.samples import EML, PDF
from trueup.assignments.actions import Holder, assign_units, release_units
from trueup.assignments.bulk import assign_list
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode
from trueup.assignments.simultaneous import add_eligible
from trueup.assignments.waiting import join_waiting_list
from trueup.catalogue.models import Edition, Product, Publisher, Version
from trueup.compliance.orders import choose_cover_order
from trueup.compliance.resting import Rest, mute_product, set_over_licensed_share
from trueup.connectors.company_archive.numbering import LOOSE, NAMES, TABLES
from trueup.connectors.company_archive.opening import open_archive
from trueup.connectors.company_archive.restoring import Restored, Wanted, restore_company
from trueup.contracts.actions import cover_devices, create_contract
from trueup.contracts.terms import ContractTerms
from trueup.devices.actions import change_device
from trueup.documents.actions import attach_document, replace_document
from trueup.documents.receiving import NewFile
from trueup.inventory.actions import make_title_rule
from trueup.inventory.models import Title
from trueup.licences.actions import add_purchase
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.bulk import Scene
from trueup.licences.columns import LICENCES
from trueup.licences.covering import link_licences
from trueup.licences.keys.sealing import NewKey, seal_keys
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Purchase
from trueup.licences.planning import PlanTerms, plan_renewal
from trueup.licences.reserving import ReservationTerms, reserve_units
from trueup.licences.use_rights import Component, RightsTerms, agree_rights
from trueup.people.actions import change_person, mark_left
from trueup.reports.moving_out import company_archive
from trueup.saved_views.actions import ViewTerms, save_view
from trueup.tenancy.actions import add_region, ensure_cost_centres, ensure_departments
from trueup.tenancy.models import Company, Department
from trueup.vault.plain import Plain

KEYS = ("CANARY-AAAA-0001", "CANARY-BBBB-0002")
PASSPHRASE = Plain("four words nobody says aloud")
LATER = NOW + timedelta(hours=1, microseconds=123_456)


def fill(stage: Stage) -> Licence:
    """Something in every table that moves; the licence most of it is about."""
    acme = stage.acme
    add_region(actor=ROOT, company=acme, name="Asia", at=NOW)
    costs = ensure_cost_centres(actor=ROOT, company_id=acme.pk, codes=["K1", "K2"], at=NOW)
    ensure_departments(actor=ROOT, company_id=acme.pk, names=["Ops"], at=NOW)
    Department.objects.filter(company=acme).update(cost_centre_id=costs["k1"])
    carol, dave = a_person(acme, "carol", department="Ops", location="Head office"), a_person(acme, "dave")
    change_person(actor=ROOT, person_id=dave.pk, changes={"manager_id": carol.pk}, revision=None, at=NOW)
    host, guest = a_device(acme, "host1", serial="S1"), a_device(acme, "guest1")
    change_device(actor=ROOT, device_id=guest.pk, changes={"host_id": host.pk}, revision=None, at=NOW)
    product = shared_product("Sharpdraw")
    licence = _licensed(stage, product, costs)
    _held(licence, carol.pk, dave.pk)
    mark_left(actor=ROOT, person_id=dave.pk, left_on=date(2026, 11, 20), at=NOW)
    install(acme, product, host, guest)
    install(acme, a_product(acme, "Own tool", metric="per_device"), host)
    _agreed(stage, licence, guest.pk)
    own = a_licence(acme, 3, product=a_product(acme, "Draw", metric="per_device"), policy="warn")
    assign_units(actor=ROOT, licence_id=own.pk, holder=holder(host), units=2, at=NOW, on=TODAY)
    _ruled(acme, product)
    _used(stage, licence, own, carol.pk)
    _reserved(own, guest.pk)
    save_view(
        actor=stage.alice, register=LICENCES, terms=ViewTerms("Ending", acme.pk), query="state=expired", at=NOW
    )  # fmt: skip
    return licence


def shared_product(name: str) -> Product:
    """A product of the library, with an edition and a version."""
    publisher = Publisher.objects.create(name="Initech Library", library_key="initech")
    product = Product.objects.create(
        publisher=publisher, name=name, library_key=name.lower(), metric="per_named_user"
    )
    an_edition(product, "Pro")
    Version.objects.create(product=product, key="2", name="2.0", released_on=date(2025, 1, 1))
    return product


def _licensed(stage: Stage, product: Product, costs: dict[str, int]) -> Licence:
    """Dated lines with shares, reductions, maintenance and a renewal; two keys, one for a seat."""
    first = LineTerms(
        units=5, valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1), price=Decimal("100.10"), currency="EUR",
        shares=((costs["k1"], Decimal(60)), (costs["k2"], Decimal(40))),
    )  # fmt: skip
    licence = a_licence(
        stage.acme, product=product, metric="per_named_user", line=first, tags=("cad", "eu"), remarks="Ünïcode “quoted”",
        edition_id=Edition.objects.get(product=product).pk, version_id=Version.objects.get(product=product).pk,
    )  # fmt: skip
    line = Purchase.objects.get(licence=licence).pk
    for more in (
        LineTerms(units=-1, valid_from=date(2026, 6, 1), valid_until=date(2027, 1, 1), kind="reduction"),
        LineTerms(units=0, valid_from=date(2026, 2, 1), kind="maintenance", covers_id=line),
        LineTerms(
            units=4, valid_from=date(2027, 1, 1), valid_until=date(2028, 1, 1), kind="renewal", renews_id=line
        ),
    ):
        add_purchase(actor=ROOT, licence_id=licence.pk, line=more, at=NOW, on=TODAY)
    scene = Scene(actor=ROOT, company_id=stage.acme.pk, batch_id=None, at=NOW, on=TODAY)
    seal_keys(
        scene=scene,
        wanted=[NewKey(licence.pk, Plain(KEYS[0])), NewKey(licence.pk, Plain(KEYS[1]), per_seat=True)],
    )
    return licence


def _held(licence: Licence, carol: int, dave: int) -> None:
    """One who holds, from a list; one who held before."""
    made = assign_units(
        actor=ROOT, licence_id=licence.pk, holder=Holder("person", dave), units=1, at=NOW, on=TODAY
    )
    release_units(actor=ROOT, assignment_id=made.pk, at=LATER, on=TODAY, reason="moved on")
    wishes = [Wish(kind="person", id=carol, row=1)]
    assign_list(actor=ROOT, licence_id=licence.pk, wishes=wishes, mode=Mode.ALL, at=LATER, on=TODAY)


def _ruled(acme: Company, product: Product) -> None:
    title = Title.objects.filter(company=acme).first()
    make_title_rule(actor=ROOT, title_id=title.pk, product_id=product.pk, at=NOW, reason="ours")


def _used(stage: Stage, licence: Licence, own: Licence, carol: int) -> None:
    """Rights of use, the order they are used in, and a concurrent licence that one uses and another was refused."""
    choose_cover_order(actor=ROOT, company_id=stage.acme.pk, order="order", at=NOW)
    set_over_licensed_share(actor=ROOT, company_id=stage.acme.pk, percent=60, at=NOW)
    known_fine = Rest("Bought ahead", TODAY + timedelta(days=30))
    mute_product(
        actor=ROOT,
        product_id=licence.product_id,
        company_ids=[stage.acme.pk],
        rest=known_fine,
        on=TODAY,
        at=NOW,
    )
    rights = RightsTerms(downgrade="some", downgrade_depth=2, clause="§ 4")
    parts = [Component(licence.product_id)]
    agree_rights(actor=ROOT, licence_id=own.pk, terms=rights, components=parts, at=NOW)
    shared = a_licence(stage.acme, 1, metric="concurrent_peak", product=a_product(stage.acme, "Together"))
    erin = a_person(stage.acme, "erin").pk
    add_eligible(actor=ROOT, licence_id=shared.pk, person_ids=[carol, erin], at=NOW)
    for one in (carol, erin):
        with suppress(NotEnoughUnits):
            assign_units(
                actor=ROOT, licence_id=shared.pk, holder=Holder("person", one), units=1, at=NOW, on=TODAY
            )
    waits = Holder("person", erin)
    join_waiting_list(actor=ROOT, licence_id=shared.pk, holder=waits, units=1, at=NOW, on=TODAY)


def _reserved(own: Licence, device_id: int) -> None:
    """The last unit held back for a department, and held through that."""
    ops = Department.objects.get(company=own.company, name="Ops").pk
    change_device(actor=ROOT, device_id=device_id, changes={"department_id": ops}, revision=None, at=NOW)
    terms = ReservationTerms(ops, 1, date(2027, 1, 1))
    reserve_units(actor=ROOT, licence_id=own.pk, terms=terms, at=NOW, on=TODAY)
    guest = Holder("device", device_id)
    assign_units(actor=ROOT, licence_id=own.pk, holder=guest, units=1, at=NOW, on=TODAY)


def _agreed(stage: Stage, licence: Licence, device_id: int) -> None:
    terms = ContractTerms(
        name="Frame", number="F-1", valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1)
    )
    contract = create_contract(actor=ROOT, company_id=stage.acme.pk, terms=terms, at=NOW)
    cover_devices(actor=ROOT, contract_id=contract.pk, device_ids=[device_id], at=NOW)
    link_licences(actor=ROOT, contract_id=contract.pk, licence_ids=[licence.pk], at=NOW)
    plan_renewal(
        actor=ROOT, terms=PlanTerms(kind="renew", units=4, note="ask"), at=NOW, licence_id=licence.pk
    )
    made = attach_document(
        actor=ROOT, licence_id=licence.pk, file=NewFile("invoice.pdf", PDF), kind="invoice", at=NOW
    )
    replace_document(actor=ROOT, document_id=made.pk, file=NewFile("mail.eml", EML), at=LATER)


def written(company: Company, path: Path, passphrase: Plain | None = PASSPHRASE) -> Path:
    """The archive of a company in a file."""
    pieces = company_archive(actor=ROOT, company_id=company.pk, at=LATER, passphrase=passphrase)
    path.write_bytes(b"".join(pieces))
    return path


def taken_in(path: Path, **wanted: Any) -> Restored:
    """Restore a company the way the command does."""
    wanted = {"name": "Acme again", "passphrase": PASSPHRASE, "owner": "alice"} | wanted
    opened = open_archive(path)
    with opened.zip:
        return restore_company(actor=ROOT, archive=opened, wanted=Wanted(**wanted), at=LATER)


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], path: Path) -> Path:
    """An archive whose manifest tells the truth about files that somebody changed."""
    manifest = json.loads(files["manifest.json"])
    told = {name: content for name, content in files.items() if name != "manifest.json"}
    manifest["files"] = [
        {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in told.items()
    ]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in told.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    path.write_bytes(stream.getvalue())
    return path


def table(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[f"tables/{name}.jsonl"].splitlines()]


def told(files: dict[str, bytes]) -> dict[str, list[dict[str, Any]]]:
    """Every record with its place in its table instead of every id; what may differ between installations left out."""
    rows = {name: table(files, name) for name in TABLES}
    places = {name: {row["id"]: place for place, row in enumerate(found)} for name, found in rows.items()}
    return {name: [_placed(name, row, places) for row in found] for name, found in rows.items()}


def _placed(name: str, row: dict[str, Any], places: dict[str, dict[int, int]]) -> dict[str, Any]:
    targets = {
        one.attname: NAMES.get(one.related_model)
        for one in TABLES[name]._meta.concrete_fields
        if one.is_relation
    } | LOOSE.get(name, {})
    if name in {"batches", "audit_entries"}:
        targets["company_id"] = "company"
    told = {"id": places[name][row["id"]]}
    for key, target in targets.items():
        if key in row and target and row[key] is not None:
            told[key] = places[target][row[key]]
    return {key: value for key, value in (row | told).items() if key not in DIFFERS.get(name, ())}


DIFFERS = {
    "company": {"name", "slug", "parent_id"},
    "licence_keys": {"record"},
    "batches": {"user_id", "undo", "summary"},
    "audit_entries": {"user_id", "subject_id", "origin"},
}
"""Names that must be free here; records that are unique over all companies; ids of accounts and inside JSON."""
