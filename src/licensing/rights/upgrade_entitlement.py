"""Upgrades, step-ups and maintenance turn base licences into something better; they never license alone."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "OpenText ZENworks Asset Management, upgrade licences; ServiceNow documentation: create-entitlement-microsoft-sa"


def count(given: Given, book: Book) -> Outputs:
    """Rights by version, ``total`` and ``invalid_upgrades``; or ``{with_sa, without_sa, total}``."""
    book.source = SOURCE
    if given.has("perpetual", "sa"):
        return _maintenance(given, book)
    if given.has("base", "upgrades"):
        return _upgrades(given, book)
    raise given.no_shape("base (version, rights) and upgrades (to, rights)", "perpetual and sa")


def _maintenance(given: Given, book: Book) -> Outputs:
    perpetual, sa = given.whole("perpetual"), given.whole("sa")
    covered = book.step(
        "UPGRADE-04", "licences with maintenance", min(sa, perpetual), expression=f"min({sa}, {perpetual})"
    )
    if sa > perpetual:
        book.warn(f"{sa - perpetual} units of maintenance have no licence to maintain")
    return {"with_sa": covered, "without_sa": perpetual - covered, "total": perpetual}


def _upgrades(given: Given, book: Book) -> Outputs:
    base = given.inner("base")
    total = left = base.whole("rights")
    orphans, versions = 0, {base.text("version"): total}
    for upgrade in given.rows("upgrades"):
        to, rights = upgrade.text("to"), upgrade.whole("rights")
        taken = book.step(
            "UPGRADE-02",
            f"base licences turned into {to}",
            min(rights, left),
            expression=f"min({rights}, {left})",
        )
        left, orphans = left - taken, orphans + rights - taken
        versions[to] = versions.get(to, 0) + taken
        versions[base.text("version")] -= taken
    book.step("UPGRADE-03", "upgrades without a base licence are no rights", orphans)
    return {**versions, "total": total, "invalid_upgrades": orphans}
