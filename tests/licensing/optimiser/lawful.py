"""An independent look at a solution: every law that a cover must keep, told as sentences where one is broken."""

from collections import Counter

from licensing.cover import refusal


def broken(found, *, lines, grants, compositions=(), packs=(), layers=()):
    """The laws a solution breaks; ``grants`` as given, without pools."""
    return [
        *_lines(found, lines),
        *_grants(found, grants, packs),
        *_rights(found, lines, grants, packs),
        *_suites(found, compositions),
        *_layers(found, layers),
    ]


def _lines(found, lines):
    made = Counter()
    for link in found.links:
        made[link.line] += link.units
    for waived in found.waived:
        made[waived.line] += waived.units
    for use in found.suites:
        made.update(use.covers)
    for line in lines:
        if made[line.key] + found.short.get(line.key, 0) != line.units:
            yield f"{line.key}: {made[line.key]} covered and {found.short.get(line.key, 0)} short of {line.units}"
        fixed = sum(
            link.units for link in found.links if link.line == line.key and link.reason == "allocated to it"
        )
        if line.whole and found.short.get(line.key, 0) not in {0, line.units - fixed}:
            yield f"{line.key} is covered in part"


def used(found):
    """Units of each grant that links and suites take."""
    taken = Counter()
    for link in found.links:
        taken[link.grant] += link.units
    for use in found.suites:
        taken[use.grant] += use.units
    return taken


def _grants(found, grants, packs):
    taken = used(found)
    has = {grant.key: None if grant.is_endless else grant.units for grant in grants}
    has |= {pack.grant.key: 0 for pack in packs if pack.price is not None}
    for bought in found.bought:
        has[bought.pack] += bought.units
    for key, units in has.items():
        idle = found.idle.get(key, 0)
        if units is not None and taken[key] + idle + found.left[key] != units:
            yield f"{key}: {taken[key]} used, {idle} idle and {found.left[key]} left of {units}"
        if units is not None and found.left[key] < 0:
            yield f"{key} gives more than it has"
        if units is None and found.left[key] is not None:
            yield f"{key} has an end"


def _rights(found, lines, grants, packs):
    owned = {grant.key: grant for grant in (*grants, *(pack.grant for pack in packs))}
    asked = {line.key: line for line in lines}
    for link in found.links:
        line, grant = asked[link.line], owned[link.grant]
        fixed = link.line in grant.allocated
        if not fixed and (line.product != grant.product or refusal(line, grant)):
            yield f"{link} is not admissible"
        if link.units <= 0 or not link.right or not link.reason:
            yield f"{link} says too little"
    known = {(link.line, link.grant) for link in found.links}
    for no in found.rejected:
        if (no.line, no.grant) in known or not no.reason:
            yield f"{no} is linked all the same"


def _suites(found, compositions):
    subjects = Counter()
    known = {made.key: made for made in compositions}
    for use in found.suites:
        made = known[use.composition]
        subjects[made.key] += use.subjects
        if use.units != use.subjects * made.takes:
            yield f"{use} takes the wrong number of units"
        if any(units > use.subjects * made.lines[key] for key, units in use.covers.items()):
            yield f"{use} covers more than is on its subjects"
    for made in compositions:
        if subjects[made.key] > made.subjects:
            yield f"{made.key}: {subjects[made.key]} of {made.subjects} subjects under suites"


def _layers(found, layers):
    waived = Counter()
    for one in found.waived:
        waived[one.line] += one.units
    for layer in layers:
        if waived[layer.host] and any(waived[key] for key in layer.vms):
            yield f"{layer.key} is licensed neither by the host nor by its VMs"
