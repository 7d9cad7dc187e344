"""Makes the database's files: folders only its account may enter, initdb, and who may sign in."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

from trueup.project.embedded.account import Account, login_names, named_account
from trueup.project.embedded.address import NAME, OWNER
from trueup.project.embedded.binaries import Binaries
from trueup.project.embedded.problems import DatabaseProblem, FolderClosed
from trueup.project.home import PRIVATE_FOLDER, is_trueups

INITDB_OPTIONS = (
    f"--username={OWNER}",
    "--auth=peer",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-sync",  # everything is synced below, before the folder gets its name
    "--no-instructions",
)
PLAIN_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
SIGN_IN = "# Written by Trueup. The socket's folder is closed, and the kernel says who is calling.\n"


def data_folder(home: Path, major: str) -> Path:
    """Where PostgreSQL of a major version keeps its files."""
    return home / f"postgres-{major}"


def open_home(home: Path, account: Account) -> None:
    """Let root's stand-in walk through the home, and nobody else; only if the folder is Trueup's own."""
    if account.is_ours:
        return
    facts = home.stat()
    if facts.st_mode & stat.S_IXOTH or facts.st_uid == account.uid:
        return
    if facts.st_gid == account.gid and facts.st_mode & stat.S_IXGRP:
        return
    if not is_trueups(home):
        raise FolderClosed(folder=home, wanted=data_folder(home, "…"), uid=account.uid)
    os.chown(home, -1, account.gid)
    home.chmod(stat.S_IMODE(facts.st_mode) & ~0o070 | 0o010)


def make_private(folder: Path, account: Account) -> Path:
    """The folder, made when missing, owned by the account and closed to all others; somebody else's is refused."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        facts = folder.lstat()
        ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid in {account.uid, os.geteuid()}
        if not ours:
            raise DatabaseProblem(
                f"{folder} belongs to somebody else; remove it, or set another TRUEUP_HOME."
            ) from None
    account.give(folder)
    folder.chmod(PRIVATE_FOLDER)
    return folder


def create_cluster(data: Path, *, account: Account, binaries: Binaries, durable: bool) -> None:
    """Make the data folder; it appears whole or not at all."""
    _refuse_other_major(data)
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    # initdb wants an account with a name; the group is the database's already, so that it may walk the home.
    maker = Account(named_account(account).uid, account.gid)
    make_private(draft, maker)
    _initdb(draft, maker=maker, binaries=binaries)
    _write_sign_in(draft, account)
    _hand_over(draft, account)
    if durable:
        _sync(draft)
    draft.rename(data)
    if durable:
        _sync_one(data.parent)


def _initdb(draft: Path, *, maker: Account, binaries: Binaries) -> None:
    command = [binaries.program("initdb"), "-D", str(draft), *INITDB_OPTIONS]
    try:
        done = subprocess.run(  # noqa: S603 - our own binaries and words
            command,
            cwd="/",
            env=PLAIN_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
            **maker.process_options(),
        )
    except OSError as error:
        raise DatabaseProblem(f"PostgreSQL's set-up can't run as account {maker.uid}: {error}.") from error
    if done.returncode:
        raise DatabaseProblem(f"PostgreSQL's set-up of {draft} failed:\n{done.stderr.strip()}")


def _write_sign_in(data: Path, account: Account) -> None:
    (data / "pg_hba.conf").write_text(f"{SIGN_IN}local all all peer map=trueup\n", encoding="ascii")
    lines = [f'trueup "{name}" {role}' for name in login_names(account) for role in (OWNER, NAME)]
    (data / "pg_ident.conf").write_text(SIGN_IN + "\n".join(lines) + "\n", encoding="utf-8")


def _hand_over(data: Path, account: Account) -> None:
    for folder, _, files in os.walk(data):
        account.give(Path(folder))
        for name in files:
            account.give(Path(folder) / name)


def _sync(data: Path) -> None:
    """Every file and folder to disk, one by one: a sync of the whole machine waits for other people's writing."""
    for folder, _, files in os.walk(data):
        for name in files:
            _sync_one(Path(folder) / name)
        _sync_one(Path(folder))


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_other_major(data: Path) -> None:
    others = [
        path.name
        for path in data.parent.glob("postgres-[0-9]*")
        if path.name != data.name and path.suffix != ".new"
    ]
    if others:
        raise DatabaseProblem(
            f"{data.parent} holds {others[0]}, made by another major version of PostgreSQL than {data.name}. "
            "Write a backup with the Trueup that made it, and restore it here into a new TRUEUP_HOME."
        )
