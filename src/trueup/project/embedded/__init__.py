"""The embedded PostgreSQL: our own launcher for the server programs of a wheel, one cluster a home.

`running(home)` has it up inside a block, `Server(home)` by hand, `database_settings(environ)` tells Django where
it is. Invariants: no network socket, nobody but its account and root can reach it, acknowledged means on disk.
"""

from trueup.project.embedded.address import Address, database_settings, given_address
from trueup.project.embedded.problems import (
    AlreadyServing,
    DatabaseDidNotStart,
    DatabaseProblem,
    FolderClosed,
)
from trueup.project.embedded.server import Server, running, serving_alone, serving_pid

__all__ = [
    "Address",
    "AlreadyServing",
    "DatabaseDidNotStart",
    "DatabaseProblem",
    "FolderClosed",
    "Server",
    "database_settings",
    "given_address",
    "running",
    "serving_alone",
    "serving_pid",
]
