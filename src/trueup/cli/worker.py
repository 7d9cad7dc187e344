"""`trueup worker`: background work only, for a second machine or a container of its own."""

import asyncio
from typing import TYPE_CHECKING

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from procrastinate import App

CONCURRENCY = 4
GRACE_SECONDS = 10.0


@click.command()
@click.option("--concurrency", default=CONCURRENCY, show_default=True, help="Jobs at the same time.")
@with_database
def worker(*, concurrency: int) -> None:
    """Run background work only, beside a server elsewhere."""
    work(concurrency=concurrency)


def work(*, concurrency: int = CONCURRENCY) -> None:
    """Do jobs until SIGTERM or SIGINT; running jobs get some seconds to finish, then are left to the retry."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("Background work needs Django's database")
    with app.replace_connector(connector.get_worker_connector()) as working:
        asyncio.run(_work(working, concurrency))


async def _work(app: "App", concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(concurrency=concurrency, shutdown_graceful_timeout=GRACE_SECONDS)
