"""`trueup doctor`: looks at everything Trueup stands on, says what is wrong and how to mend it.

Exit code 0 when nothing needs mending (advice alone is no fault), 1 otherwise.
"""

import json
import os
import sys
from dataclasses import asdict

import click

from trueup.cli.findings import Finding, State
from trueup.cli.inspection import inspect_all

SIGNS = {State.WELL: "ok  ", State.ADVICE: "note", State.WRONG: "BAD "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(*, as_json: bool) -> None:
    """Say what is wrong and how to mend it."""
    findings = list(inspect_all(os.environ))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(_line(finding))
    sys.exit(1 if any(finding.state is State.WRONG for finding in findings) else 0)


def _line(finding: Finding) -> str:
    text = f"{SIGNS[finding.state]} {finding.name}: {finding.says}"
    return f"{text}\n     → {finding.mend}" if finding.mend else text
