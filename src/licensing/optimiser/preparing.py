"""Grants made ready: upgrades rest on their bases, fresh assignments stay, pools become grants of their own.

What comes out are plain grants without allocations, so that the order of consumption and the optimiser both work
under the same rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from licensing.cover import Cover, Grant, Line, allocate
from licensing.optimiser.demands import NotOneEstate
from licensing.optimiser.supplies import Base, Holding, Pack, Pool
from licensing.quantities import Exact, written


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a grant: as a grant of its own, of which grant it is, and what its reservation says."""

    grant: Grant
    of: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """What may be used, by key in the order of ids, the packs among it, and what allocations took before."""

    shares: Mapping[str, Share]
    packs: Mapping[str, Pack]
    fixed: Cover
    notes: tuple[str, ...]


def prepare(
    *,
    lines: Sequence[Line],
    grants: Sequence[Grant],
    bases: Iterable[Base],
    pools: Iterable[Pool],
    packs: Iterable[Pack],
    holdings: Iterable[Holding],
    on: date | None,
) -> Supply:
    """Rest upgrades on bases, keep what may not move yet, allocate, and cut what is left by pools."""
    settled, orphans = rest_on_bases(grants, bases)
    kept, stays = keep_in_place(settled, holdings, on)
    fixed = allocate(lines=lines, grants=kept)
    ruled = {pool.grant: pool for pool in pools}
    scopes = {line.key: line.scope for line in lines}
    shares: dict[str, Share] = {}
    for grant in sorted(kept, key=lambda grant: grant.key):
        rest = replace(grant, units=None if grant.units is None else fixed.left[grant.key], allocated={})
        own = (
            _cut(rest, ruled[grant.key], _allocated(grant, scopes))
            if grant.key in ruled
            else [Share(rest, grant.key)]
        )
        shares |= {share.grant.key: share for share in own}
    sold, unpriced = _sold(packs, shares)
    return Supply(shares, sold, fixed, (*orphans, *stays, *unpriced))


def rest_on_bases(grants: Sequence[Grant], bases: Iterable[Base]) -> tuple[list[Grant], list[str]]:
    """Turn base units into upgraded ones, in the order of the bases given; the total never grows.

    >>> old, new = Grant("old", "DB", 10, version=1), Grant("sa", "DB", 12, version=2)
    >>> [(grant.key, grant.units) for grant in rest_on_bases([old, new], [Base("sa", "old")])[0]]
    [('old', 0), ('sa', 10)]
    """
    known = {grant.key: grant for grant in grants}
    notes = []
    for rests in bases:
        if rests.grant not in known:
            raise NotOneEstate(
                f"{rests.grant} is to rest on {rests.base or 'nothing'}, but is not among the grants"
            )
        upgrade, base = known[rests.grant], known.get(rests.base)
        has = 0 if base is None else base.units
        asked = upgrade.units if upgrade.units is not None else has
        taken = asked if has is None else min(asked or 0, has)
        known[upgrade.key] = replace(upgrade, units=taken)
        if base is not None and has is not None:
            known[base.key] = replace(base, units=has - (taken or 0))
        if (asked or 0) > (taken or 0):
            left = written((asked or 0) - (taken or 0))
            notes.append(f"{left} units of {upgrade.key} have no base licence and cover nothing")
    return [known[grant.key] for grant in grants], notes


def keep_in_place(
    grants: Sequence[Grant], holdings: Iterable[Holding], on: date | None
) -> tuple[list[Grant], list[str]]:
    """Fix to its line what was assigned too few days ago to be given to another; ``on`` None knows no days."""
    known = {grant.key: grant for grant in grants}
    notes = []
    for held in sorted(holdings, key=lambda held: (held.grant, held.line, held.since)):
        free_on = held.since + timedelta(days=held.days)
        if on is None or free_on <= on or held.grant not in known:
            continue
        grant = known[held.grant]
        units = max(held.units, grant.allocated.get(held.line, 0))
        known[held.grant] = replace(grant, allocated={**grant.allocated, held.line: units})
        notes.append(
            f"{written(held.units)} units of {held.grant} stay with {held.line} until {free_on.isoformat()}"
        )
    return [known[grant.key] for grant in grants], notes


def _allocated(grant: Grant, scopes: Mapping[str, str]) -> dict[str, Exact]:
    found: dict[str, Exact] = {}
    for line, units in grant.allocated.items():
        found[scopes.get(line, "")] = found.get(scopes.get(line, ""), 0) + units
    return found


def _cut(grant: Grant, pool: Pool, allocated: Mapping[str, Exact]) -> list[Share]:
    """A grant of its own for each reservation, and one for what is free."""
    if pool.unrestricted and None in pool.reserved.values():
        raise NotOneEstate(
            f"{grant.key} is unrestricted, but a scope has no pool: give every scope one, or restrict it"
        )
    named = None if pool.unrestricted or not pool.reserved else frozenset(pool.reserved)
    if grant.units is None:
        return [Share(replace(grant, scopes=named), grant.key)]
    reserved = {
        scope: max(0, units - allocated.get(scope, 0))
        for scope, units in sorted(pool.reserved.items())
        if units is not None
    }
    free = grant.units - sum(reserved.values())
    if free < 0:
        raise NotOneEstate(
            f"pools reserve {written(-free)} units of {grant.key} more than there are: reduce a pool"
        )
    shares = [
        Share(_part(grant, f"reserved for {scope}", units, {scope}), grant.key, f"from the pool of {scope}")
        for scope, units in reserved.items()
    ]
    return [*shares, Share(_part(grant, "shared", free, named), grant.key, "from units free of pools")]


def _part(grant: Grant, name: str, units: Exact, scopes: Iterable[str] | None) -> Grant:
    return replace(
        grant, key=f"{grant.key}, {name}", units=units, scopes=None if scopes is None else frozenset(scopes)
    )


def _sold(packs: Iterable[Pack], shares: dict[str, Share]) -> tuple[dict[str, Pack], list[str]]:
    sold, unpriced = {}, []
    for pack in sorted(packs, key=lambda pack: pack.grant.key):
        key = pack.grant.key
        if key in shares:
            raise NotOneEstate(f"pack {key} has the key of a grant: give it one of its own")
        if pack.price is None:
            unpriced.append(f"pack {key} has no price and is left out")
            continue
        sold[key] = pack
        shares[key] = Share(replace(pack.grant, units=0, allocated={}), key, "bought")
    return sold, unpriced
