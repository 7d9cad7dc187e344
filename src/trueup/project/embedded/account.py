"""Under which account PostgreSQL runs: our own for ordinary users, an unprivileged one of its own for root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trueup.project.embedded.problems import DatabaseProblem, FolderClosed

# Between the ranges systemd hands out (60578 to 61183 are nobody's), so no daemon and no person shares it.
# `nobody` would not do: every other program under that account could read the data.
ROOTS_DATABASE_UID = 60917


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group number for the database's processes and files."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def process_options(self) -> dict[str, Any]:
        """What subprocess needs to start a program under this account."""
        if self.is_ours:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the account the owner of one file or folder."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path) -> Account:
    """The account for a data folder: its owner if it exists, else ours, or root's stand-in."""
    uid = os.geteuid()
    if uid != 0:
        return Account(uid, os.getegid())
    if data.is_dir():
        owner = data.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    return Account(ROOTS_DATABASE_UID, ROOTS_DATABASE_UID)


def named_account(account: Account) -> Account:
    """An unprivileged account that has a name, for initdb alone: it refuses numbers without one."""
    if _name(account.uid):
        return account
    if os.geteuid() != 0:
        raise DatabaseProblem(
            f"User number {account.uid} has no name on this machine (/etc/passwd), and PostgreSQL's set-up asks "
            "for one. Add the user, or point DATABASE_URL at a PostgreSQL server."
        )
    others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if not others:
        raise DatabaseProblem("This machine knows no account besides root; add one, or set DATABASE_URL.")
    chosen = next((entry for entry in others if entry.pw_name == "nobody"), others[-1])
    return Account(chosen.pw_uid, chosen.pw_gid)


def login_names(account: Account) -> list[str]:
    """The operating system's names that may speak to the database: root, who can become anyone, and the owner."""
    names = ["root", _name(os.geteuid()), _name(account.uid)]
    return list(dict.fromkeys(name for name in names if name))


def closed_folder(path: Path, account: Account) -> Path | None:
    """The first folder on the way to `path` the account may not enter, if any."""
    for folder in reversed(path.absolute().parents):
        if folder.exists() and not _may_enter(folder, account):
            return folder
    return None


def ensure_reachable(path: Path, account: Account) -> None:
    """Raise FolderClosed when the account can't walk to `path`."""
    if account.is_ours:
        return
    folder = closed_folder(path, account)
    if folder:
        raise FolderClosed(folder=folder, wanted=path, uid=account.uid)


def _may_enter(folder: Path, account: Account) -> bool:
    facts = folder.stat()
    if facts.st_uid == account.uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == account.gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""
