"""`trueup serve`: the whole of Trueup in one command, started fast, kept alive, stopped cleanly."""

import contextlib
import http.client
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import NoReturn

import click

from trueup.base.problems import Problem
from trueup.cli.database import set_up_django
from trueup.cli.migrate import apply_migrations, pending_migrations
from trueup.cli.pages import Pages, load_application
from trueup.cli.supervisor import Part, Supervisor
from trueup.cli.worker import work
from trueup.project.embedded import Server, given_address, serving_alone
from trueup.project.environment import Environment, bind_address, read_environment
from trueup.project.register import EnvironmentProblem

ASK_SECONDS = 2
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


@click.command()
@click.option("--bind", help="Address and port to listen on; TRUEUP_BIND otherwise.")
@click.option("--no-worker", is_flag=True, help="Leave background work to `trueup worker` elsewhere.")
@click.option("--sample", is_flag=True, help="Fill an empty database with the sample estate.")
def serve(*, bind: str | None, no_worker: bool, sample: bool) -> None:
    """Run Trueup: database, pages, API and background work."""
    environment = read_environment(os.environ)
    host, port = bind_address(bind or environment.bind)
    signal.signal(signal.SIGTERM, _stop_early)
    with serving_alone(environment.home):
        _refuse_taken(host, port)
        with _everything_loaded(environment) as server:
            _bring_up_to_date()
            pages = Pages(host=host, port=port, workers=environment.workers, application=load_application())
            _close_connections()
            parts = [Part("web server", pages.answer)]
            if not no_worker:
                parts.append(Part("worker", work, holds_sessions=True))
            if sample:
                parts.append(Part("sample", _load_sample, once=True))
            supervisor = Supervisor(parts, database=server)
            supervisor.run(
                lambda: _answers(host, port, environment), lambda: _say_ready(host, port, environment)
            )


@contextlib.contextmanager
def _everything_loaded(environment: Environment) -> Iterator[Server | None]:
    """The database starts while Django loads; both are there inside the block."""
    if given_address(os.environ):
        set_up_django()
        yield None
        return
    server = Server(environment.home)
    try:
        with ThreadPoolExecutor(1) as beside:
            started = beside.submit(server.start)
            set_up_django()
            started.result()
        yield server
    finally:
        _close_connections()
        server.stop()


def _bring_up_to_date() -> None:
    if pending_migrations():
        click.echo("Bringing the database to this version's form.")
        apply_migrations()
    from trueup.cli.library import bring_library_in
    from trueup.web.assets import build
    from trueup.web.collecting import collect

    build()
    collect()
    bring_library_in()


def _load_sample() -> None:
    from trueup.cli import trueup

    try:
        trueup.main(["sample", "load"], prog_name="trueup", standalone_mode=False)
    except Problem as problem:
        click.echo(f"The sample estate could not be loaded: {problem.detail}", err=True)


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise EnvironmentProblem(
                f"Trueup can't listen on {host}:{port}: {error.strerror}. "
                "Stop what listens there, or choose another address with --bind or TRUEUP_BIND."
            ) from error


def _answers(host: str, port: int, environment: Environment) -> bool:
    target = "127.0.0.1" if host in EVERYWHERE else host
    connection = http.client.HTTPConnection(target, port, timeout=ASK_SECONDS)
    try:
        connection.request(
            "GET", "/livez", headers={"Host": environment.hosts[0]} if environment.hosts else {}
        )
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _say_ready(host: str, port: int, environment: Environment) -> None:
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Trueup is ready at {environment.origin or f'http://{shown}:{port}'}")


def _stop_early(_number: int, _frame: FrameType | None) -> NoReturn:
    """Asked to stop before all was up: leave through every `finally` on the way."""
    raise SystemExit(0)
