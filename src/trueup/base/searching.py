"""Finding rows by words: two columns that PostgreSQL itself fills beside a table, and the conditions that ask them.

``search_words`` holds the words of a row with their weight, ``search_text`` the same text for parts of words. Both are
generated columns, so nothing is kept in sync by hand; no model names them, so no row is read with them. Words come in
any order, the last ones half typed; accents, case and signs between letters do not count. docs/decisions/0018 says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunSQL
from django.db.models import BooleanField, FloatField, Func, Model, Q, Value
from django.db.models.sql.compiler import SQLCompiler

MOST_WORDS = 8
LONGEST = 200
PART_FROM = 3
"""Parts of words are looked for from so many letters on: an index of three letters cannot answer for fewer."""


def searched(
    table: str,
    *,
    numbers: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    lists: tuple[str, ...] = (),
) -> RunSQL:
    """Give a table its two columns and their indexes; the names are those of the table's own columns.

    ``numbers`` are found whole before all else (a barcode, a login), ``names`` weigh more than other words, ``notes``
    are found by whole or begun words only, ``lists`` are arrays. A later migration that changes the type of a column
    named here takes the two columns off first (:func:`no_longer_searched`) and gives them back afterwards.
    """
    whole = _joined([f"replace(trueup_fold({column}), ' ', '')" for column in numbers])
    spoken = [f"trueup_fold({column})" for column in (*names, *numbers)]
    spoken += [f"trueup_fold(trueup_joined({column}::text[]))" for column in lists]
    text = _joined([*spoken, *([whole] if numbers else [])])
    vector = " || ".join(
        f"setweight(to_tsvector('simple', {parts}), '{weight}')"
        for parts, weight in (
            (whole, "A"),
            (_joined([f"trueup_fold({column})" for column in names]), "B"),
            (_joined(spoken[len(names) :]), "C"),
            (_joined([f"trueup_fold({column})" for column in notes]), "D"),
        )
        if parts
    )
    stored = f"ADD COLUMN search_text text GENERATED ALWAYS AS ({text}) STORED"
    return RunSQL(
        [
            f'ALTER TABLE "{table}" ADD COLUMN search_words tsvector GENERATED ALWAYS AS ({vector}) STORED, {stored}',
            f'CREATE INDEX "{table}_search_words" ON "{table}" USING gin (search_words)',
            f'CREATE INDEX "{table}_search_text" ON "{table}" USING gin (search_text gin_trgm_ops)',
        ],
        _without(table),
    )


def no_longer_searched(table: str) -> RunSQL:
    """Take the two columns off, for a migration that changes one of those they are made of."""
    return RunSQL(_without(table), RunSQL.noop)


def _without(table: str) -> str:
    return f'ALTER TABLE "{table}" DROP COLUMN search_words, DROP COLUMN search_text'


def _joined(parts: list[str]) -> str:
    return " || ' ' || ".join(parts)


BEGUN = "{t}.search_words @@ trueup_begun(%s)"
PART = f"({BEGUN} OR {{t}}.search_text LIKE '%%' || trueup_fold(%s) || '%%')"
NUMBER = "{t}.search_words @@ trueup_number(%s)"
WHOLE = "{t}.search_words @@ trueup_words(%s)"
RANK = (
    "(CASE WHEN {t}.search_words @@ trueup_number(%s) THEN 100.0 WHEN {t}.search_words @@ trueup_words(%s) THEN 10.0 "
    "ELSE 0.0 END + coalesce(ts_rank({t}.search_words, trueup_any(%s)), 0))"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a search goes: into which ``companies`` (none means all), and after how many rows of a set it is enough.

    Sets end at ``most`` only where one word is asked for: of several each set is cut by the others.
    """

    companies: frozenset[int] | None = None
    most: int | None = None


EVERYWHERE = Reach()


@dataclass(frozen=True, slots=True)
class Through:
    """Rows of another table whose words count as the row's own: ``column`` of the row is one of their ``key``.

    ``has_numbers``: what is a whole number there (an order's) finds the row exactly, too.
    """

    column: str
    index: Index
    key: str = "id"
    has_numbers: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """Where the words of rows are found: in their own two columns, and through rows they refer to.

    ``where`` is a condition in SQL on rows that count for others. The questions are written as SQL by hand: as sets of
    ids, each asked of its own index, and for a tenth of what composing them from QuerySets takes.
    """

    model: type[Model]
    through: tuple[Through, ...] = ()
    where: str = ""
    has_words: bool = True
    """Whether the rows have words of their own, or are found through others only."""

    def matching(self, words: str, reach: Reach = EVERYWHERE) -> Q:
        """Rows in which every word is found somewhere, or whose number is what was typed, signs or not."""
        asked = split(words)
        if not asked:
            return Q(pk__in=[])
        if len(asked) > 1:
            reach = Reach(reach.companies)
        every = Q()
        for word in asked:
            is_long = sum(sign.isalnum() for sign in word) >= PART_FROM
            every &= self._somewhere(PART if is_long else BEGUN, word, reach)
        return every | self.exactly(words) if len(asked) > 1 else every

    def exactly(self, words: str) -> Q:
        """Rows of which one number, taken whole, is what was typed."""
        numbered = tuple(one for one in self.through if one.has_numbers)
        return replace(self, through=numbered)._somewhere(NUMBER, words, EVERYWHERE)  # noqa: SLF001  # of its own kind

    def wholly(self, words: str) -> Q:
        """Rows whose own words are those typed, none of them only begun."""
        return Q(_Asked(WHOLE, words))

    def _somewhere(self, question: str, words: str, reach: Reach) -> Q:
        if not self.through:
            return Q(_Asked(question, words))
        return Q(_Asked(f"{{t}}.id IN ({_once(self.ids(question, reach))})", words))

    def ids(self, question: str, reach: Reach, key: str = "id") -> str:
        """The rows that answer the question, as SQL: a union of sets, since an *or* across tables could use no index."""
        table = f'"{self.model._meta.db_table}"'  # noqa: SLF001  # Django's own name for it
        only, end = self._within(reach)
        own = f"(SELECT {key} FROM {table} WHERE {only}{question.format(t=table)}{end})"
        sets = [own] if self.has_words else []
        sets += [
            f"(SELECT {key} FROM {table} WHERE {only}{one.column} IN ({_once(one.index.ids(question, reach, one.key))}){end})"
            for one in self.through
        ]
        return " UNION ALL ".join(sets)

    def _within(self, reach: Reach) -> tuple[str, str]:
        """What holds for every set, before and after its question. Only rows that belong to a company are counted out."""
        only = f"{self.where} AND " if self.where else ""
        owned = {field.name: field for field in self.model._meta.fields}.get("company")  # noqa: SLF001  # as above
        if owned is None or owned.null:
            return only, ""
        if reach.companies is not None:
            ids = ", ".join(str(int(one)) for one in sorted(reach.companies)) or "NULL"
            only += f"company_id IN ({ids}) AND "
        return only, f" LIMIT {int(reach.most)}" if reach.most else ""


def _once(sets: str) -> str:
    """Sets of ids that are found before they are asked: without statistics, as after the first load of a database,
    PostgreSQL would otherwise find them anew for every row, and those within them for each of these again.
    """
    return f"WITH found (id) AS MATERIALIZED ({sets}) SELECT id FROM found"


def split(words: str) -> list[str]:
    """The words of what was typed, no more than are looked for."""
    return [word for word in words[:LONGEST].split() if any(sign.isalnum() for sign in word)][:MOST_WORDS]


class _Asked(Func):
    """A question about a row's two columns, which no model names; every parameter of it is the words."""

    conditional = True

    def __init__(self, question: str, words: str, *, key: str = "pk", of: Any = BooleanField) -> None:
        super().__init__(key, output_field=of())
        self.question = question
        self.words = words[:LONGEST]

    def as_sql(  # type: ignore[override]  # Django's own has more arguments, which nobody gives
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002  # Django hands it over
        **_context: Any,
    ) -> tuple[str, list[Any]]:
        key, _none = compiler.compile(self.get_source_expressions()[0])
        sql = self.question.replace("{t}", key.rpartition(".")[0])
        return f"({sql})", [self.words] * sql.count("%s")


def rank(words: str, *keys: str) -> Any:
    """How well a row matches: a whole number first, then weight and number of words. ``keys`` are columns of the
    tables whose words count: ``pk`` is the row's own, ``product__name`` that of its product.
    """
    total: Any = Value(0.0)
    for key in keys:
        total = total + _Asked(RANK, words, key=key, of=FloatField)
    return total
