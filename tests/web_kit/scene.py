"""One thing of every kind in Acme, so that every page of the product has something to show, and the walk over all pages."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import ROOT, Stage, a_device, a_licence, a_person, a_product, holder
from tests.doors.web.addresses import Address, addresses
from tests.rooms.compliance.estates import install, position_of, run_over
from tests.rooms.jobs.deeds import carried_out
from trueup.alerts.actions import tell_alerts
from trueup.alerts.models import Alert
from trueup.articles.actions import ArticleTerms, write_article
from trueup.assets.actions import create_asset
from trueup.assets.files import attach_file
from trueup.assignments.actions import assign_units
from trueup.assignments.waiting import join_waiting_list
from trueup.audit.models import Batch
from trueup.audit_cases.actions import CaseTerms, open_audit
from trueup.audit_cases.carrying_out import CARRY_OUT
from trueup.catalogue.models import Product
from trueup.compliance.finding_tables import Finding
from trueup.compliance.resting import Rest, mute_finding
from trueup.connectors.applying import apply_receipt
from trueup.connectors.register import suitcase_named
from trueup.connectors.spreadsheet.uploads import keep_upload
from trueup.contracts.actions import cover_devices, create_contract
from trueup.contracts.feeds import create_feed
from trueup.contracts.terms import ContractTerms
from trueup.deliveries.models import Delivery
from trueup.devices.models import Device
from trueup.documents.actions import attach_document, attach_to_contract
from trueup.documents.receiving import NewFile
from trueup.fields.actions import create_type
from trueup.fields.exchange import template_named
from trueup.fields.terms import FieldTerms
from trueup.inventory.actions import issue_enrolment, make_title_rule
from trueup.inventory.models import Receipt, Title
from trueup.jobs.running import run_job
from trueup.licences.columns import LICENCES
from trueup.licences.covering import link_licences
from trueup.licences.keys.sealing import NewKey, seal_key
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Purchase
from trueup.licences.planning import PlanTerms, plan_renewal
from trueup.licences.reserving import ReservationTerms, reserve_units
from trueup.reports.actions import ReportTerms, save_report, schedule_report, share_report
from trueup.reviews.actions import decide_rows, look_at_releases, open_review
from trueup.reviews.models import ReviewRow
from trueup.saved_views.actions import ViewTerms, save_view
from trueup.sources.actions import (
    SourceTerms,
    add_source,
    ask_source_run,
    begin_source_run,
    end_source_run,
    keep_source_page,
    note_outside_companies,
    place_outside_company,
    record_findings,
)
from trueup.sources.actions.running import Ending
from trueup.sources.findings import Page, Rejected
from trueup.sources.models import Placement
from trueup.tenancy.actions import add_region
from trueup.tenancy.models import User
from trueup.tenancy.parts import add_part
from trueup.tickets.actions import DeskTerms, Line, set_up_desk, tell_desk
from trueup.vault.plain import Plain
from trueup.workflows.actions import WorkflowTerms, finish_workflow, open_workflow
from trueup.workflows.queries import steps_of
from trueup.workflows.sets import SetTerms, StepTerms, create_licence_set

PEOPLE = ("carol", "dora", "emil", "fritz")
INVENTORY = Path(__file__).parents[2] / "src/trueup/connectors/glpi/samples/full.json"
INVOICE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SHEET = b"Software,Vendor,Licence type,Seats,Cost\nDraw Plus,Initech,per user,50,900\nPaint,Hooli,per device,many,3\n"
NOT_A_PAGE = {
    "audits/<int:case_id>/findings/",
    "livez", "readyz", "healthz", "licences/archive/", "documents/<int:document_id>/", "palette/",
    "pick/people/", "pick/devices/", "pick/licences/", "imports/file/<str:upload_id>/errors/",
    "jobs/<int:job_id>/rows.csv", "flexible-assets/types/<int:type_id>/definition/file/", "flexible-assets/<int:asset_id>/files/<int:file_id>/", "help/images/<slug:name>.png",
}  # fmt: skip
"""What is asked by GET and is a file, a part of a page, or what a machine asks."""
NAMED_ALIKE = {
    "licences/<int:licence_id>/reservations/<int:reservation_id>/end/": {"licence_id": "line_licence_id"},
    "licences/<int:licence_id>/waiting/<int:waiting_id>/leave/": {"licence_id": "line_licence_id"},
    "licences/<int:licence_id>/many/<int:batch_id>/": {
        "licence_id": "bulk_licence_id",
        "batch_id": "bulk_id",
    },
    "licences/<int:licence_id>/many/<int:batch_id>/undo/": {
        "licence_id": "bulk_licence_id",
        "batch_id": "bulk_id",
    },
    "people/<int:person_id>/edit/<slug:field>/": {"field": "person_field"},
    "bulk/<str:name>/<str:key>/": {"name": "list_name", "key": "deed"},
    "reports/build/<slug:name>/": {"name": "list_name"},
    "workflows/<int:workflow_id>/steps/<int:step_id>/reduce/": {"workflow_id": "done_workflow_id"},
}
"""Parameters whose name means another thing elsewhere."""
ACCOUNT = (
    "/account/password/change/", "/account/logout/", "/account/reauthenticate/", "/account/2fa/",
    "/account/2fa/totp/activate/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/",
)  # fmt: skip


def set_scene(stage: Stage) -> dict[str, object]:
    """Fill Acme, and say the number of one thing of each kind as addresses name them."""
    now, today, acme, alice = timezone.now(), timezone.localdate(), stage.acme, stage.alice
    line = LineTerms(
        units=5, valid_from=date(today.year, 1, 1), valid_until=today + timedelta(days=60), price=Decimal(100),
        currency="EUR", renews_itself=True, notice_days=30,
    )  # fmt: skip
    draw = a_product(acme, "Draw")
    licence = a_licence(acme, metric="per_named_user", product=draw, line=line, tags=("design",))
    servers = a_licence(acme, 2, product=a_product(acme, "Store"))
    people = [a_person(acme, name, name=f"{name.title()} Core") for name in PEOPLE]
    devices = [a_device(acme, f"db{number}", serial=f"SN-{number}") for number in range(3)]
    held = [
        assign_units(actor=ROOT, licence_id=licence.pk, holder=holder(one), units=1, at=now, on=today)
        for one in people[:3]
    ]
    terms = ContractTerms(name="Frame agreement", valid_from=today, supplier="Initech Sales")
    contract = create_contract(actor=alice, company_id=acme.pk, terms=terms, at=now)
    link_licences(actor=alice, contract_id=contract.pk, licence_ids=[licence.pk], at=now)
    cover_devices(actor=alice, contract_id=contract.pk, device_ids=[devices[0].pk], at=now)
    plan = plan_renewal(actor=alice, licence_id=licence.pk, terms=PlanTerms("renew", note="Ask"), at=now)
    key = seal_key(actor=alice, wanted=NewKey(licence.pk, Plain("AAAA-BBBB-CCCC-DDDD")), at=now, on=today)
    invoice = NewFile("invoice.pdf", INVOICE)
    document = attach_document(actor=alice, licence_id=licence.pk, file=invoice, kind="invoice", at=now)
    attach_to_contract(actor=alice, contract_id=contract.pk, file=invoice, kind="agreement", at=now)
    title = install(acme, servers.product, *devices)
    install(acme, None, devices[0])
    run = run_over(settings.HOME, acme)
    job = carried_out(stage, "licences.add_tags", [licence], tags=["kept"])
    view = save_view(
        actor=alice, register=LICENCES, terms=ViewTerms("Blocking"), query="policy=block", at=now
    )
    create_feed(actor=alice, name="Mine", at=now)
    acme_parts = _parts(stage)
    upload = keep_upload(
        user_id=stage.users["alice"].pk, company_id=acme.pk, name="s.csv", content=SHEET, at=now
    )
    return {
        "licence_id": licence.pk, "product_id": draw.pk, "publisher_id": draw.publisher_id,
        "person_id": people[0].pk, "device_id": devices[0].pk, "assignment_id": held[0].pk,
        **_review(stage), **_asset(stage), "article_id": _article(stage, licence.pk),
        "company_id": acme.pk, "contract_id": contract.pk, "plan_id": plan.pk, "key_id": key.pk,
        "document_id": document.pk, "title_id": title.pk, "rule_id": _title_rule(stage, title), "position_id": position_of(run, servers.product).pk,
        "job_id": job.pk, "view_id": view.pk, "upload_id": upload.id, "user_id": stage.users["alice"].pk,
        "purchase_id": Purchase.objects.filter(licence=licence).values_list("pk", flat=True)[0],
        "receipt_id": _receipt(stage), **_source(stage), "batch_id": _import(stage), "bulk_id": _bulk(stage, servers.pk), "bulk_licence_id": servers.pk,
        "region_id": acme_parts["region"], "location_id": acme_parts["location"], "department_id": acme_parts["department"],
        **_workflows(stage, draw, licence.pk), **_in_line(stage, servers.pk, devices, acme_parts["department"]),
        "finding_id": _finding(stage), "run_id": run_over(settings.HOME, acme).pk, "field": "owner", "person_field": "manager", "list_name": "licences", "deed": "retire", "name": "how-to/import-licences", "report": "utilisation", **_told(), **_saved_report(stage),
    }  # fmt: skip


def _source(stage: Stage) -> dict[str, object]:
    """A source that speaks of two companies, one of them placed, and its run; nobody was asked for it."""
    at = timezone.now()
    terms = SourceTerms("Our machines", "https://tables.example", every_hours=6, is_shared=True)
    source = add_source(
        actor=stage.alice,
        company_id=stage.acme.pk,
        suitcase=suitcase_named("table"),
        terms=terms,
        secrets={},
        at=at,
    )
    run = begin_source_run(run_id=ask_source_run(actor=ROOT, source_id=source.pk, at=at).pk, at=at)
    assert run is not None
    rows = [
        {"login": "carol@example.com", "name": "Draw", "last_used": "never", "company": "North"},
        {"purchased": "25", "name": "Draw", "company": "North"},
        {"login": "dora@example.com", "name": "Draw", "company": "South"},
    ]
    page = keep_source_page(run=run, page=Page("rows", rows), keeps=suitcase_named("table").keeps)
    findings = suitcase_named("table").parse([page], at)
    placements = note_outside_companies(source=source, outsides=findings.outsides, at=at)
    first = Placement.objects.filter(source=source, outside=min(placements)).get()
    place_outside_company(actor=ROOT, placement_id=first.pk, into_id=stage.acme.pk, at=at)
    written = record_findings(actor=ROOT, source=source, findings=findings, is_complete=False, at=at)
    rejected = (Rejected("4", "no name of the software"),)
    ending = Ending(
        is_complete=False,
        rows=written.rows,
        counts=dict(written.counts),
        rejected=rejected,
        trouble="It stopped.",
    )
    end_source_run(actor=ROOT, run=run, ending=ending, at=at)
    return {"source_kind": "graph", "source_id": source.pk, "source_run_id": run.pk, "placement_id": first.pk}


def _in_line(stage: Stage, licence_id: int, devices: list[Device], department_id: int) -> dict[str, int]:
    """Both units of a licence reserved, and a device that waits."""
    when = {"at": timezone.now(), "on": timezone.localdate()}
    free = Licence.objects.get(pk=licence_id)
    terms = ReservationTerms(department_id, free.granted - free.held, when["on"])
    made = reserve_units(actor=stage.alice, licence_id=licence_id, terms=terms, **when)
    waits = join_waiting_list(
        actor=stage.alice, licence_id=licence_id, holder=holder(devices[2]), units=1, **when
    )
    return {"reservation_id": made.pk, "waiting_id": waits.row.pk, "line_licence_id": licence_id}


def _parts(stage: Stage) -> dict[str, int]:
    """A region, a location and a department of Acme."""
    now, company = timezone.now(), stage.acme
    made = {"region": int(add_region(actor=stage.alice, company=company, name="Europe", at=now).pk)}
    for kind, name in (("location", "Oslo"), ("department", "Design")):
        part = add_part(actor=stage.alice, company=company, kind=kind, values={"name": name}, at=now)
        made[kind] = int(part.pk)
    return made


def _article(stage: Stage, licence_id: int) -> int:
    """What somebody wrote about a licence."""
    terms = ArticleTerms(
        "Findings of June",
        "# Short\n\n| device | title |\n| --- | --- |\n| db1 | Draw |",
        about={"licence": [licence_id]},
    )
    return write_article(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=timezone.now()).pk


def _asset(stage: Stage) -> dict[str, object]:
    """A licence as another system kept it."""
    now, acme, alice = timezone.now(), stage.acme.pk, stage.alice
    template = template_named("software_license")
    terms = replace(template, fields=(*template.fields, FieldTerms("Files", "attachment", "files")))
    kind = create_type(actor=alice, company_id=acme, terms=terms, at=now)
    values = {
        "product_name": "Draw", "total_seats": 5, "license_key": "AAAA-BBBB-CCCC-EEEE", "notes": "*All* of it",
        "expiry_date": str(timezone.localdate()),
    }  # fmt: skip
    asset = create_asset(
        actor=alice, type_id=kind.pk, company_id=acme, values=values, tags=["audit-required"], at=now
    )
    kept = attach_file(
        actor=alice, asset_id=asset.pk, key="files", file=NewFile("terms.txt", b"All of it"), at=now
    )
    return {"type_id": kind.pk, "asset_id": asset.pk, "field_key": "license_key", "file_id": kept.pk}


def _ticket(stage: Stage) -> int:
    """A ticket that waits to be opened at a desk."""
    terms = DeskTerms(kind="roundup", url="https://desk.example/tracker", secret=Plain("x"), username="us")
    now = timezone.now()
    desk = set_up_desk(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=now)
    lines = [Line("Draw is short", "Carol Core", "200.00 EUR")]
    made = tell_desk(desk=desk, about="short", title="Short", lines=lines, at=now)
    assert made is not None
    return int(made.pk)


def _workflows(stage: Stage, product: Product, licence_id: int) -> dict[str, int]:
    """A new employee whose licences wait, somebody who has left and given a unit back; and a ticket."""
    when = {"at": timezone.now(), "on": timezone.localdate()}
    terms = SetTerms("Designers", steps=[StepTerms(product.pk)])
    made = create_licence_set(actor=stage.alice, company_id=stage.acme.pk, terms=terms, **when)
    about = {"joiner": a_person(stage.acme, "gina"), "leaver": a_person(stage.acme, "hans")}
    gone = holder(about["leaver"])
    assign_units(actor=ROOT, licence_id=licence_id, holder=gone, units=1, **when)
    opened = {}
    for kind, person in about.items():
        wanted = WorkflowTerms(kind=kind, person_id=person.pk)
        opened[kind] = open_workflow(actor=stage.alice, company_id=stage.acme.pk, terms=wanted, **when).pk
    done = finish_workflow(actor=stage.alice, workflow_id=opened["leaver"], **when)
    step = steps_of(workflow=done).values_list("pk", flat=True)[0]
    return {
        "workflow_id": opened["joiner"],
        "done_workflow_id": done.pk,
        "step_id": step,
        "set_id": made.pk,
        "ticket_id": _ticket(stage),
    }


def _title_rule(stage: Stage, title: Title) -> int:
    """A rule about titles of another name, so that the page of ``title`` stays as it is."""
    other = Title.objects.create(
        company=title.company,
        fingerprint=uuid4(),
        name="Zorblatt",
        publisher="Nobody",
        first_seen_at=timezone.now(),
    )
    rule, _ = make_title_rule(actor=stage.alice, title_id=other.pk, product_id=None, at=timezone.now())
    return rule.pk


def _saved_report(stage: Stage) -> dict[str, int]:
    """A report of one's own, sent every month and shown by a link."""
    now, on, alice = timezone.now(), timezone.localdate(), stage.alice
    terms = ReportTerms("By metric", "list.licences", "columns=product,metric,used&group=metric&totals=1")
    saved = save_report(actor=alice, company_id=stage.acme.pk, terms=terms, at=now, on=on)
    schedule = schedule_report(
        actor=alice, saved_id=saved.pk, cadence="monthly", form="pdf", recipients=["board@acme.example"], at=now, on=on
    )  # fmt: skip
    link, _secret = share_report(actor=alice, saved_id=saved.pk, at=now)
    return {"saved_id": saved.pk, "schedule_id": schedule.pk, "link_id": link.pk}


def _finding(stage: Stage) -> int:
    """What the run found short; what it did not assess is muted, so that the list of mutes has a row."""
    unclear = Finding.objects.filter(company=stage.acme, closed_at=None).exclude(kind="short").first()
    if unclear is not None:
        rest = Rest("Known to be fine", timezone.localdate() + timedelta(days=30))
        mute_finding(
            actor=stage.alice, finding_id=unclear.pk, rest=rest, on=timezone.localdate(), at=timezone.now()
        )
    return int(Finding.objects.filter(company=stage.acme, kind="short").latest("pk").pk)


def _audit(stage: Stage) -> dict[str, object]:
    """An audit of today, carried out."""
    now, on = timezone.now(), timezone.localdate()
    case = open_audit(
        actor=stage.alice, company_id=stage.acme.pk, terms=CaseTerms(on), deed=CARRY_OUT, at=now
    )
    run_job(job_id=case.job_id, deeds={CARRY_OUT.kind: CARRY_OUT}, clock=timezone.now)
    return {"case_id": case.pk, "settlement": "buy"}


def _review(stage: Stage) -> dict[str, object]:
    """The review of the quarter, one row of it decided and looked at."""
    now, on, alice = timezone.now(), timezone.localdate(), stage.alice
    review = open_review(actor=alice, company_id=stage.acme.pk, at=now, on=on)
    row = ReviewRow.objects.filter(review=review, assignment__isnull=False)[0]
    decide_rows(actor=alice, review_id=review.pk, row_ids=[row.pk], decision="release", at=now)
    look_at_releases(actor=alice, review_id=review.pk, at=now)
    return {"review_id": review.pk, "decision": "keep", **_audit(stage)}


def _told() -> dict[str, int]:
    """What a round of the worker tells: the licence ends within sixty days."""
    now = timezone.now()
    User.objects.filter(username="alice").update(email="alice@example.com")
    tell_alerts(actor=ROOT, on=timezone.localdate(), at=now)
    return {"alert_id": Alert.objects.latest("pk").pk, "delivery_id": Delivery.objects.latest("pk").pk}


def _receipt(stage: Stage) -> int:
    """What an agent sent, as it came through the door."""
    now = timezone.now()
    _token, secret = issue_enrolment(actor=stage.alice, company_id=stage.acme.pk, label="Head office", at=now)
    Client().post(f"/agents/{secret}", zlib.compress(INVENTORY.read_bytes()), "application/x-compress-zlib")
    receipt = Receipt.objects.get()
    apply_receipt(actor=ROOT, receipt_id=receipt.pk, at=now)
    return int(receipt.pk)


def _bulk(stage: Stage, licence_id: int) -> int:
    """A list of holders carried out as one."""
    client = Client()
    client.force_login(stage.users["alice"])
    said = {"list": "db0\nnobody", "units": "1", "mode": "fill"}
    client.post(f"/licences/{licence_id}/many/assign/carry-out/", said)
    return int(Batch.objects.latest("pk").pk)


def _import(stage: Stage) -> int:
    """A sheet brought in by the wizard's own steps."""
    from tests.journeys.test_import_wizard import choose, fields_of  # only here

    client = Client()
    client.force_login(stage.users["alice"])
    match = choose(client, stage, "Product,Licence type,Seats\nPaint,per user,5\n")["Location"]
    check = client.post(match, fields_of(client.get(match).content.decode()))["Location"]
    client.post(check)
    return int(Batch.objects.latest("pk").pk)


def pages(stage: Stage, values: Mapping[str, object]) -> list[str]:
    """Every page Alice can open: asked by GET, answered with HTML. An address that answers nothing is a fault."""
    client = Client()
    client.force_login(stage.users["alice"])
    return [*_opened(client, values), *ACCOUNT]


def _opened(client: Client, values: Mapping[str, object]) -> Iterator[str]:
    for address in addresses():
        if address.route in NOT_A_PAGE or address.route.startswith(("^(?:agents", "^calendars/", "^shared/")):
            continue
        for path in _paths(address, values):
            answer = client.get(path)
            assert answer.status_code in {200, 302, 405}, (path, answer.status_code)
            if answer.status_code == 200:
                assert 'id="main"' in answer.content.decode(), f"{path} is not a page: say so in NOT_A_PAGE."
                yield path


def _paths(address: Address, values: Mapping[str, object]) -> list[str]:
    """The address filled in; where it offers a choice (a tab, a kind), each choice is a page of its own."""
    choices = {
        name: words.split("|")
        for name, words in re.findall(r"\(\?P<(\w+)>([a-z]+(?:\|[a-z]+)*)\)", address.route)
    }
    chosen = (dict(zip(choices, one, strict=True)) for one in product(*choices.values()))
    named = {name: values[meant] for name, meant in NAMED_ALIKE.get(address.route, {}).items()}
    return [address.filled({**values, **named, **each}) for each in chosen]
