"""What commands need before they can work: the environment checked, the database up, Django set up."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from trueup.project.embedded import given_address, running
from trueup.project.environment import Environment, read_environment

P = ParamSpec("P")
R = TypeVar("R")
SETTINGS_MODULE = "trueup.project.settings"


@contextmanager
def database_up() -> Iterator[Environment]:
    """The database answers inside the block: the server of DATABASE_URL, or the embedded one, shared if it runs."""
    environment = read_environment(os.environ)
    if given_address(os.environ):
        yield environment
        return
    with running(environment.home):
        yield environment


def set_up_django() -> None:
    """Load the settings and every room."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    import django

    django.setup()


@contextmanager
def django_up() -> Iterator[Environment]:
    """Database and Django, for the length of the block; connections are closed before the database may stop."""
    with database_up() as environment:
        set_up_django()
        from django.db import connections

        try:
            yield environment
        finally:
            connections.close_all()


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command with the database up and Django set up."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with django_up():
            return command(*args, **kwargs)

    return wrapped
