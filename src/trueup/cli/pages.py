"""The part of `trueup serve` that answers: granian over WSGI, with the application loaded before it forks."""

import gc
import logging.config
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trueup.cli.leash import follow_parent

THREADS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Pages:
    """Where to listen and with how many processes."""

    host: str
    port: int
    workers: int
    application: Callable[..., Any]

    def answer(self) -> None:
        """Answer requests until SIGTERM."""
        from granian.constants import Interfaces
        from granian.log import LogLevels
        from granian.server import Server

        multiprocessing.set_start_method("fork", force=True)  # the children share what is loaded already
        granian = Server(
            "trueup",
            address=self.host,
            port=self.port,
            interface=Interfaces.WSGI,
            workers=self.workers,
            blocking_threads=min(THREADS_AT_MOST, 2 * multiprocessing.cpu_count() + 1),
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels.error,
        )
        parent = os.getpid()
        granian.serve(target_loader=lambda: self._in_worker(parent), wrap_loader=False)

    def _in_worker(self, parent: int) -> Callable[..., Any]:
        from django.conf import settings

        follow_parent(parent)
        logging.config.dictConfig(settings.LOGGING)  # granian has put its own in the way
        return self.application


def load_application() -> Callable[..., Any]:
    """The WSGI application with its addresses loaded, so that the first page is as fast as the second."""
    from django.conf import settings
    from django.urls import get_resolver
    from django.utils.module_loading import import_string

    application: Callable[..., Any] = import_string(settings.WSGI_APPLICATION)
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    return application
