"""The embedded server of one home: started by the first who needs it, stopped by the last who leaves."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trueup.project.embedded.account import Account, account_for, ensure_reachable
from trueup.project.embedded.address import Address, embedded_address, socket_folder
from trueup.project.embedded.binaries import binaries_for, installed_binaries
from trueup.project.embedded.cluster import create_cluster, data_folder, make_private, open_home
from trueup.project.embedded.locks import FileLock, alone
from trueup.project.embedded.postmaster import Postmaster
from trueup.project.embedded.problems import AlreadyServing
from trueup.project.home import make_home


class Server:
    """A share in the embedded server of a home.

    Every process that needs the database takes a share; the one that gives back the last share stops the server.
    A killed process gives its share back by dying. `durable=False` trades safety for speed, for tests.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.absolute()
        self.durable = durable
        self.address = embedded_address(self.home)
        self._share = FileLock(self.home / "users.lock")
        self._postmaster: Postmaster | None = None

    def start(self) -> Address:
        """Take a share and return once the database answers; makes the database on first use."""
        self._refuse_closed_folders()
        make_home(self.home)
        with alone(self._door):
            self._share.share()
            try:
                self._running_postmaster()
            except BaseException:
                self._share.release()
                raise
        return self.address

    def stop(self) -> None:
        """Give the share back; the server stops if it was the last."""
        if self._postmaster is None:
            return
        with alone(self._door):
            self._share.release()
            others = FileLock(self.home / "users.lock")
            if others.try_alone():
                self._postmaster.stop()
            others.release()
        self._postmaster = None

    def is_alive(self) -> bool:
        """Whether the server's process is there; cheap enough to ask every second."""
        return self._postmaster is not None and self._postmaster.pid() is not None

    def revive(self) -> None:
        """Start the server again after it died under us."""
        with alone(self._door):
            self._running_postmaster()

    def program(self, name: str) -> str:
        """One of PostgreSQL's programs, such as pg_dump."""
        return installed_binaries().program(name)

    @property
    def _door(self) -> Path:
        return self.home / "start.lock"

    def _refuse_closed_folders(self) -> None:
        ensure_reachable(self.home, account_for(self._data))

    @property
    def _data(self) -> Path:
        return data_folder(self.home, installed_binaries().major)

    def _running_postmaster(self) -> None:
        self._refuse_closed_folders()
        data = self._data
        account = account_for(data)
        open_home(self.home, account)
        postmaster = self._describe(data, account)
        if not data.is_dir():
            create_cluster(data, account=account, binaries=postmaster.binaries, durable=self.durable)
        postmaster.start()
        self._postmaster = postmaster

    def _describe(self, data: Path, account: Account) -> Postmaster:
        make_private(socket_folder(self.home), account)
        return Postmaster(
            data=data,
            log=make_private(self.home / "log", account),
            account=account,
            binaries=binaries_for(account, self.home),
            address=self.address,
            durable=self.durable,
        )


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[Address]:
    """The database answers inside the block."""
    server = Server(home, durable=durable)
    address = server.start()
    try:
        yield address
    finally:
        server.stop()


def _second_look(lock: FileLock) -> bool:
    """Whoever only asked who serves (`trueup doctor`) has let go by now."""
    time.sleep(0.1)
    return lock.try_alone()


@contextmanager
def serving_alone(home: Path) -> Iterator[None]:
    """Be the one `trueup serve` of a home; a second is refused with AlreadyServing."""
    lock = FileLock(make_home(home) / "serve.lock")
    if not (lock.try_alone() or _second_look(lock)):
        pid = lock.read()
        lock.release()
        raise AlreadyServing(home, pid)
    lock.write(str(os.getpid()))
    try:
        yield
    finally:
        lock.release()


def serving_pid(home: Path) -> str:
    """The process that serves a home, or nothing."""
    if not (home / "serve.lock").exists():
        return ""
    lock = FileLock(home / "serve.lock")
    try:
        return "" if lock.try_alone() else lock.read()
    finally:
        lock.release()
