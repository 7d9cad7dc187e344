"""The page of every command, with its arguments and options."""

from __future__ import annotations

from collections.abc import Iterator

import click

from trueup.cli import COMMANDS, trueup
from trueup.cli.reference.markdown import Sheet, code, prose, sheet, table

INTRODUCTION = (
    "Every command says the same with `--help`. Commands that need the database start the embedded one for as long "
    "as they run, or share it with a running `trueup serve`."
)
EXITS = "Exit codes: 0 done; 1 refused, or something needs mending; 2 wrong use of the command; 3 `trueup serve` already runs on this folder; 130 stopped at the keyboard."


def commands_sheet() -> Sheet:
    """Every command of the tree, groups before what is in them."""
    blocks, gaps = (
        [INTRODUCTION, EXITS],
        [f"command trueup {name} cannot be loaded" for name in COMMANDS if not _loaded(name)],
    )
    for words, command in commands():
        blocks += [f"## {' '.join(words)}", prose(command.help), _usage(words, command), _parameters(command)]
        gaps += list(_gaps(" ".join(words), command))
    return sheet("reference/commands.md", "Commands", blocks, gaps)


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    for name in COMMANDS:
        found = _loaded(name)
        if found is not None:
            yield from _below(("trueup", name), found)


def _loaded(name: str) -> click.Command | None:
    try:
        return trueup.get_command(click.Context(trueup, info_name="trueup"), name)
    except ImportError:
        return None


def _below(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _below((*words, name), command.commands[name])


def _usage(words: tuple[str, ...], command: click.Command) -> str:
    if isinstance(command, click.Group):
        return ""
    pieces = command.collect_usage_pieces(click.Context(command, info_name=" ".join(words)))
    return f"```sh\n{' '.join((*words, *pieces))}\n```"


def _parameters(command: click.Command) -> str:
    rows = [
        (" ".join(code(word) for word in option.opts), option.help or "", _default(option))
        for option in command.params
        if isinstance(option, click.Option)
    ]
    return table(("option", "meaning", "without it"), rows) if rows else ""


def _default(option: click.Option) -> str:
    if option.required:
        return "it must be given"
    default = option.default
    return code(default) if isinstance(default, str | int) and not option.is_flag else ""


def _gaps(name: str, command: click.Command) -> Iterator[str]:
    if not command.help:
        yield f"command {name} does not say what it does"
    for option in command.params:
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice):
            yield f"option {option.opts[-1]} of {name} does not say what it does"
