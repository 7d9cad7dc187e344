"""Oracle multitenant: the option is in use beyond so many user pluggable databases, by version; then it is needed on
all hosts of the cluster. Seed and proxy databases do not count.
"""

import re

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: oracle-multitenant-use-cases; mikedietrichde.com, 17 September 2019"


def count(given: Given, book: Book) -> Outputs:
    """``{option_in_use, option_license_required, pdb_removal_candidates}`` over ``instances``."""
    book.source = SOURCE
    if not given.has("instances"):
        raise given.no_shape("instances (version, user_pdbs)")
    instances = given.rows("instances")
    in_use = [_in_use(instance, book) for instance in instances]
    most = book.whole("oracle.multitenant.most_pdbs")
    over = sum(max(0, instance.whole("user_pdbs") - most) for instance in instances)
    book.step(
        "ORA-PDB-02",
        f"databases beyond the {most} that the option allows",
        over,
        expression=f"sum of max(0, databases - {most})",
    )
    required = book.step(
        "ORA-PDB-03", "one instance suffices: all hosts of its cluster need the option", any(in_use)
    )
    return {"option_in_use": in_use, "option_license_required": required, "pdb_removal_candidates": over}


def _in_use(instance: Given, book: Book) -> bool:
    free, databases = _free(instance, book), instance.whole("user_pdbs")
    return book.step(
        "ORA-PDB-01", f"more than {free} user databases", databases > free, expression=f"{databases} > {free}"
    )


def _free(instance: Given, book: Book) -> int:
    version, limits = instance.text("version"), book.term("oracle.multitenant.free_pdbs")
    release = re.match(r"\d+", version)
    first = min(int(re.sub(r"\D.*", "", known)) for known in limits)
    if not release or int(release[0]) < first:
        raise instance.refused("version", f"is {version!r}", f"give a release from {first} on, such as 19c")
    since = [limit for known, limit in limits.items() if int(re.sub(r"\D.*", "", known)) <= int(release[0])]
    return int(since[-1])
