"""A pending file imported as a job: read again under what its owner said, and applied as one batch of its own."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed
from trueup.connectors.spreadsheet.answers import answers_of
from trueup.connectors.spreadsheet.applying import apply_import
from trueup.connectors.spreadsheet.file_rows import FileRows, read_licences
from trueup.connectors.spreadsheet.reading import read_file
from trueup.connectors.spreadsheet.sheets import Sheet
from trueup.connectors.spreadsheet.uploads import Upload, content_of, drop_upload, upload_of
from trueup.jobs.actions import tell_phase, tie_batch
from trueup.jobs.deeds import Answers, Deed, Row, Scene, done
from trueup.tenancy.queries import company_for

KIND = "import.spreadsheet"


def rows_of(upload: Upload, sheets: tuple[Sheet, ...], currency: str) -> FileRows:
    """The rows of the chosen sheet under the choices and answers so far; the company's currency is the first answer."""
    sheet = next((sheet for sheet in sheets if sheet.name == upload.sheet), sheets[0])
    headers = set(sheet.header)
    choices = {header: target for header, target in upload.choices.items() if header in headers}
    answers = answers_of({"currency": currency, **upload.answers})
    return read_licences(sheet, choices=choices, answers=answers, apart=upload.apart)


def carry_out(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Read, check and import the file; its batch is tied to the job in the import's own transaction."""
    job_id, user_id = scene.job_id, scene.actor.user_id
    if job_id is None or user_id is None:
        raise NotAllowed(_("A file is imported for whoever brought it; nobody is behind this job."))
    told = {}
    for row in rows:
        tell_phase(job_id=job_id, phase="reading")
        upload = upload_of(user_id=user_id, upload_id=row.given["upload"])
        company = company_for(
            actor=scene.actor, company_id=scene.company_id, permission=Permission.IMPORTS_RUN
        )
        sheets = read_file(name=upload.name, content=content_of(user_id=user_id, upload=upload))
        file = rows_of(upload, sheets, company.currency)
        tell_phase(job_id=job_id, phase="importing")
        made = apply_import(
            actor=scene.actor,
            company_id=company.pk,
            file=file,
            file_name=upload.name,
            at=scene.at,
            on=scene.on,
            when_stored=lambda batch_id: tie_batch(job_id=job_id, batch_id=batch_id),
        )
        drop_upload(upload=upload)
        told[row.position] = done(upload.name, batch=made.batch_id)
    return told


IMPORT = Deed(KIND, Permission.IMPORTS_RUN, carry_out, carry_out, by_itself=True)
