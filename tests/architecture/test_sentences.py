"""Every sentence a person can see is marked for translation: in Python by its tree, in templates by their tokens."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

from tests.architecture.house import SRC, Module, expect_none, modules

MARKS = frozenset(
    "_ gettext gettext_lazy gettext_noop ngettext ngettext_lazy pgettext pgettext_lazy npgettext npgettext_lazy".split()
)
EAGER = frozenset("gettext ngettext pgettext npgettext".split())
NOT_READ = {
    "trueup.cli": "the terminal speaks English, as its logs and exit codes do",
    "trueup.project": "settings are refused before there is a language",
    "trueup.agents": "agents are programs: their protocol has fixed words",
    "trueup.connectors.sample": "names of people and things that do not exist",
    "trueup.connectors.graph.names": "names of offers, as their vendor writes them",
    "trueup.inventory.documents": "why a document was not read is kept with it, word for word, as evidence",
    "trueup.compliance": "the working of a number is evidence: kept as it was counted; states and refusals are marked",
    "trueup.reports.archive": "a file for an auditor is the same in every language",
    "trueup.reports.evidence": "a file for an auditor is the same in every language",
    "trueup.reports.render": "files are the same in every language",
    "trueup.base.searching": "conditions for the database",
    "trueup.tenancy.walls": "statements for the database",
    "trueup.web.kit.sheet": "a sheet of examples for whoever builds pages; their words are content",
    "trueup.web.assets": "what the build says, and what browsers read",
    "trueup.web.health": "answers to probes",
    "trueup.api.description": "the API's description is written for programmers, in one language",
    "trueup.api.urls": "the API's description is written for programmers, in one language",
    "trueup.tickets.desks": "what is asked of ticket systems, in their words",
    "trueup.vault.plain": "a mistake of a programmer, never of a person",
}
NAMES = frozenset(
    (
        "Trueup",
        "Request Tracker",
        "Snipe-IT (licence export)",
        "Snipe-IT (import sheet)",
        "Ralph",
        "Red Hat ",
        "Red Hat, Inc.",
        "Microsoft Corporation",
        "Microsoft 365",
        "Microsoft Intune",
        "Adobe",
        "Adobe Inc.",
        "Datto RMM",
        "Fleet",
        "Jamf Pro",
        "LDAP",
        "Google LLC",
        "Google Workspace",
        "Wazuh 4",
        "NinjaOne",
        "Pax8",
        "Tactical RMM",
        "Not found",
        "Unknown publisher",
        "A key came back changed.",
        'Bearer realm="Trueup"',
        "X (device X, serial “X”)",
        "X cost centres",
        "Purchase line from ",
        "X has no undo, and asking for one is refused",
        "X: not a fault of the document; it is tried again by itself a few times.",
    )
)
"""Names, header values, and words that are stored (in the audit log, with a receipt) rather than said."""
DRAWING = re.compile(r"^MX X[lVhqXz0-9 .-]+")
LABELS = frozenset(
    "label title help_text placeholder nothing_title nothing_text hint way_out caption empty".split()
)
SENTENCE = re.compile(r"^[A-Z“X][^<>{}=_;]*[a-zX“”] [^<>{}=_;]*[a-z]")
WORD = re.compile(r"^[A-Z][a-z]+")


def test_sentences_in_python_are_marked():
    found = [
        f"{module.at(node)} {text[:90]!r}"
        for module in modules()
        if module.parts[0] == "trueup" and not is_not_read(module)
        for node, text in unmarked(module)
    ]
    expect_none(found, "mark it with gettext (see docs/develop/translating.md), or argue in NOT_READ")


def is_not_read(module: Module) -> bool:
    return any(module.name == name or module.name.startswith(f"{name}.") for name in NOT_READ)


def unmarked(module: Module) -> Iterator[tuple[ast.AST, str]]:
    parents = {child: node for node in module.walk() for child in ast.iter_child_nodes(node)}
    for node in module.walk():
        text = text_of(node)
        if (
            text is None
            or text in NAMES
            or DRAWING.match(text)
            or isinstance(parents.get(node), ast.JoinedStr | ast.Expr)
        ):
            continue
        if (SENTENCE.match(text) or (WORD.match(text) and is_label(node, parents))) and not is_marked(
            node, parents
        ):
            yield node, text


def text_of(node: ast.AST) -> str | None:
    """A text, with X for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
    return None


def is_label(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    above = parents.get(node)
    return isinstance(above, ast.keyword) and above.arg in LABELS


def is_marked(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Inside a call that marks, or that speaks to the log or to whoever reads the API's description."""
    while not isinstance(node := parents[node], ast.stmt):
        if isinstance(node, ast.Call) and called(node) in MARKS | NOT_SHOWN:
            return True
    return isinstance(node, ast.Assert)


def test_only_whole_sentences_are_translated():
    """gettext on an f-string finds nothing in the catalogue: the values go in afterwards, by name."""
    found = [
        module.at(node)
        for module in modules()
        for node in module.walk()
        if isinstance(node, ast.Call) and called(node) in MARKS
        if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args[:1])
    ]
    expect_none(found)


def test_nothing_is_translated_before_there_is_a_reader():
    """gettext while a module is imported would freeze the words in the language of the server."""
    found = [
        module.at(node)
        for module in modules()
        for outer in module.tree.body
        for node in while_imported(outer)
        if isinstance(node, ast.Call) and is_eager(node, module)
    ]
    expect_none(found, "use gettext_lazy")


def while_imported(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the module is imported: all but the bodies of functions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from while_imported(child)


def is_eager(call: ast.Call, module: Module) -> bool:
    """A call of gettext, under whatever name, or one that makes lazy words into text at once."""
    if called(call) == "str" and call.args and isinstance(call.args[0], ast.Call):
        return called(call.args[0]) in MARKS
    names = {
        alias.asname or alias.name
        for node in module.tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in EAGER
    }
    return isinstance(call.func, ast.Name) and call.func.id in names


NOT_SHOWN = frozenset(
    "debug info warning error exception compile getLogger get post put patch delete api_operation SQL execute".split()
)


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


OPEN = re.compile(r"blocktrans(late)?\b")
CLOSE = re.compile(r"endblocktrans(late)?\b")
READ_ALOUD = frozenset("title aria-label placeholder alt".split())
SILENT = frozenset("code kbd script style".split())
ARGUMENT = re.compile(r'\b(title|text|label|caption|button|action|noun|sub|meta|note)="([^"]*)"')
PROPER = frozenset(
    "Trueup · Trueup Ctrl Esc Enter CSV XLSX PDF API Excel SQL Server SPDX SHA-256".split(),
)


def test_sentences_in_templates_are_marked():
    found = [
        f"{path.relative_to(SRC)}: {words!r}"
        for path in sorted((SRC / "trueup" / "web").rglob("*.html"))
        if path.name not in PLAIN
        for words in plain_words(path.read_text("utf-8"))
    ]
    expect_none(found, "wrap it in {% translate %} or {% blocktranslate %}")


PLAIN = {"components.html": "a sheet of examples for whoever builds pages; its words are content"}


def plain_words(source: str) -> Iterator[str]:
    """Words of a template outside every tag that translates."""
    page = Listening()
    for text in outside_translation(source):
        yield from (words for _, words in ARGUMENT.findall(text) if text.startswith("{%") and is_wordy(words))
        page.feed("" if text.startswith("{%") else text)
    page.close()
    yield from page.heard


def outside_translation(source: str) -> Iterator[str]:
    """The template's tokens without what is translated; variables stand as a sign that is no letter."""
    inside = False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            inside = bool(OPEN.match(token.contents)) or (inside and not CLOSE.match(token.contents))
            if not OPEN.match(token.contents) and not token.contents.startswith(("trans", "load", "comment")):
                yield "{% " + token.contents + " %}"
        elif token.token_type == TokenType.TEXT and not inside:
            yield token.contents
        elif token.token_type == TokenType.VAR and not inside:
            yield "·"


def is_wordy(words: str) -> bool:
    return any(re.search(r"[A-Za-z]{2}", word) and word not in PROPER for word in words.split())


class Listening(HTMLParser):
    """What a page says: its text, and what is read aloud of its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heard: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.heard += [value for name, value in attrs if name in READ_ALOUD and value and is_wordy(value)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and is_wordy(data):
            self.heard.append(data.strip())


EXAMPLE = """{% load i18n %}<p title="Say it" data-x="y">{% translate "Said" %} {{ name }}{% blocktranslate %}So {{ n }}{% endblocktranslate %}
<b>Unsaid</b><code>trueup serve</code>{% card title="Half said" %}{% endcard %}</p>"""


def test_the_test_hears_what_is_not_marked():
    assert sorted(plain_words(EXAMPLE)) == ["Half said", "Say it", "Unsaid"]
