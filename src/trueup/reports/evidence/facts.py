"""The tabs of the workbook that are read from the frozen facts of the run: purchase lines, who has what, and what nobody recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from estate import DuckEngine, over_facts, subjects_of
from trueup.base.access import Permission
from trueup.compliance.models import PositionShape
from trueup.compliance.queries import names_of_subjects
from trueup.inventory.models import Title
from trueup.licences.queries import purchases_visible_to
from trueup.reports.evidence.scope import Scope
from trueup.reports.evidence.sheets import POSITION, table, who
from trueup.reports.library.position import plain
from trueup.reports.render.table import Cell, Kind, Table

MOST_SUBJECTS, MOST_TITLES = 100_000, 20_000


class Facts:
    """The frozen facts of a scope, opened once for all tabs."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.engine = DuckEngine(threads=1)
        over_facts(self.engine, scope.frozen.paths)
        self.companies = {one.company_id: one.company.name for one in scope.positions}
        self.products = {one.product_id: one.product.name for one in scope.positions}

    def close(self) -> None:
        """Let go of the files."""
        self.engine.close()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """A small answer."""
        found: list[dict[str, Any]] = self.engine.query(sql).to_pylist()
        return found

    def entitlement(self) -> Table:
        """Every purchase line in force on the day, with its order and invoice as they are written down today."""
        heads = "Company|Product|Licence|Purchase line|Metric|Units|Unlimited|Valid from|Valid to|Price|Basis|Currency|Order|Invoice|Supplier"
        kinds = {
            "licence": Kind.INTEGER, "purchase_line": Kind.INTEGER, "units": Kind.INTEGER, "unlimited": Kind.FLAG,
            "valid_from": Kind.DATE, "valid_to": Kind.DATE,
        }  # fmt: skip
        return table("Entitlement ledger", heads, self._entitlement(), **kinds)

    def _entitlement(self) -> Iterator[list[Cell]]:
        lines = self.rows(
            "SELECT *, valid_until - INTERVAL 1 DAY AS last_day FROM lines "
            f"WHERE company_id IN {_of(self.companies)} AND product_id IN {_of(self.products)} ORDER BY purchase_id"
        )
        papers = self._papers([one["purchase_id"] for one in lines])
        priced = {one.company_id for one in self.scope.positions if self.scope.sees_prices(one)}
        for one in lines:
            sees = one["company_id"] in priced
            last = one["last_day"]
            yield [
                self.companies[one["company_id"]], self.products[one["product_id"]], one["licence_id"], one["purchase_id"],
                one["metric"], one["units"], one["unlimited"], one["valid_from"], last.date() if last else None,
                plain(one["price"]) if sees else None, one["price_basis"] or "", (one["currency"] or "") if sees else "",
                *papers.get(one["purchase_id"], ("", "", "")),
            ]  # fmt: skip

    def _papers(self, purchase_ids: list[int]) -> dict[int, tuple[str, str, str]]:
        """Order, invoice and supplier of lines, as they are written down today."""
        rows = purchases_visible_to(actor=self.scope.actor).filter(pk__in=purchase_ids)
        told = rows.values_list("pk", "order_number", "invoice_number", "supplier")
        return {pk: (order, invoice, supplier) for pk, order, invoice, supplier in told}

    def deployment(self) -> Table:
        """Every device and person behind every position, with the shape it was counted as and what one of its kind needs."""
        heads = "|".join(
            (*POSITION, "Kind", "Number", "Name", "Installations", "Counted as", "Each low", "Each high")
        )
        kinds = {
            "number": Kind.INTEGER,
            "installations": Kind.INTEGER,
            "each_low": Kind.DECIMAL,
            "each_high": Kind.DECIMAL,
        }
        return table("Deployment", heads, self._deployment(), **kinds)

    def _deployment(self) -> Iterator[list[Cell]]:
        shapes = self._shapes()
        for position in self.scope.positions:
            own = shapes.get(position.pk, {})
            for family in sorted({family for family, _key in own}):
                members = list(
                    subjects_of(
                        engine=self.engine, question_id=position.question, family=family, limit=MOST_SUBJECTS
                    )
                )
                subjects = [(member.kind, member.subject_id) for member, _key in members]
                names = names_of_subjects(actor=self.scope.actor, subjects=subjects)
                for member, key in members:
                    shape = own.get((family, key))
                    needs = (
                        [shape.label, plain(shape.each_low), plain(shape.each_high)]
                        if shape
                        else ["", None, None]
                    )
                    name = names.get((member.kind, member.subject_id), "")
                    yield [*who(position), member.kind, member.subject_id, name, member.installations, *needs]

    def _shapes(self) -> dict[int, dict[tuple[str, str], PositionShape]]:
        rows = PositionShape.objects.visible_to(self.scope.actor, Permission.RUNS_VIEW)
        found: dict[int, dict[tuple[str, str], PositionShape]] = {}
        for one in rows.filter(position__in=self.scope.positions).defer("working", "causes"):
            found.setdefault(one.position_id, {})[one.family, one.key] = one
        return found

    def unrecognised(self) -> Table:
        """Titles on devices of these companies that are no product yet: what may still be missing above."""
        kinds = {"title": Kind.INTEGER, "devices": Kind.INTEGER}
        return table(
            "Unrecognised software", "Company|Title|Name|Publisher|Version|Devices", self._titles(), **kinds
        )

    def _titles(self) -> Iterator[list[Cell]]:
        found = self.rows(
            "SELECT company_id, title_id, COUNT(DISTINCT device_id) AS devices FROM installations "
            f"WHERE product_id IS NULL AND title_id IS NOT NULL AND company_id IN {_of(self.companies)} "
            f"GROUP BY company_id, title_id ORDER BY devices DESC, title_id LIMIT {MOST_TITLES}"
        )
        titles = Title.objects.visible_to(self.scope.actor, Permission.INVENTORY_VIEW)
        told = titles.filter(pk__in=[one["title_id"] for one in found])
        names = {pk: named for pk, *named in told.values_list("pk", "name", "publisher", "version")}
        for one in found:
            named = names.get(one["title_id"], ("", "", ""))
            yield [self.companies[one["company_id"]], one["title_id"], *named, one["devices"]]


def _of(ids: Iterable[int]) -> str:
    """Numbers of ours as SQL writes a list; none of them is no row."""
    return "(" + ", ".join(str(int(one)) for one in sorted(ids) or [0]) + ")"
