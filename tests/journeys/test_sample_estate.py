"""The sample estate behind `make run`: loaded by the same importers as real data, with real figures on every page."""

from __future__ import annotations

import re

import pytest

from tests.browser import signed_in
from tests.served import served, wait_until

LOADING_SECONDS = 300
BY_HAND = {
    "SQL Server Enterprise": ("short", 11, 12),
    "InDesign": ("short", 85, 92),
    "vSphere (ESXi)": ("covered", 181, 176),
}
"""What docs/counting/by-hand.md comes to, from the same records with paper and pencil."""

pytestmark = [pytest.mark.server, pytest.mark.browser]


def test_a_stranger_starts_it_and_sees_real_figures():
    with served("--sample") as product:
        wait_until(lambda: "Sign in" in product.log.read_text(), LOADING_SECONDS)
        said = product.log.read_text()
        user, password = re.search(r"Sign in .* as (\S+) with the password (\S+)", said).groups()
        with signed_in(product.address, user, password) as page:
            page.goto(f"{product.address}/")
            overview = page.inner_text("main")
            assert "€" in overview
            assert "short" in overview.lower()
            page.goto(f"{product.address}/licences/")
            assert re.search(r"\b1[89]\d licences|\b2\d\d licences", page.inner_text("main"))
            page.goto(f"{product.address}/position/")
            assert "SQL Server" in page.inner_text("main")
            page.goto(f"{product.address}/alerts/?kind=near")
            assert "units are held" in page.inner_text("main table")
        positions = product.command("runs", "show", "1")
        for name, (state, entitled, required) in BY_HAND.items():
            wanted = rf"Halden Design +{re.escape(name)} +{state} +{entitled} entitled +{required} required"
            assert re.search(wanted, positions), name
        report = product.command("inventory", "report", "--company", "Halden Design", "--json")
        assert '"recognised"' in report
