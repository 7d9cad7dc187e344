"""`make mutants`: change the rules in one place at a time, and say how many of the changes a test notices.

The rules know neither Django nor a database, so a copy of them is changed and tested apart from everything else.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
STAGE = ROOT / "build" / "mutants"
COPIED = (
    "src/licensing", "src/trueup/__init__.py", "src/trueup/cli/__init__.py", "src/trueup/cli/reference", "library",
    "docs/counting", "tests/__init__.py", "tests/licensing", "tests/docs/pages.py", "tests/docs/test_counting_pages.py",
)  # fmt: skip
SETTINGS = """\
[tool.pytest.ini_options]
pythonpath = ["src", "."]
addopts = "-p no:django -p no:cacheprovider -p no:xdist -p no:schemathesis -p no:time_machine --import-mode=importlib"

[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/licensing/*"]
also_copy = ["library", "docs"]
pytest_add_cli_args_test_selection = ["tests/docs", "tests/licensing"]
"""
NOTICED = frozenset({"killed", "timeout", "suspicious", "segfault"})
TRIED = NOTICED | {"survived", "no tests"}
FOUND = re.compile(r"^\s*(licensing\S*?)\.x\S*__mutmut_\d+: (.+)$", re.MULTILINE)
WANTED_PERCENT = 90


def main() -> int:
    """Print the share noticed by module; 1 when it is too small, or nothing was tried."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="such as licensing.need.*; without any, every rule there is")
    parser.add_argument("--anew", action="store_true", help="forget what was tried before")
    asked = parser.parse_args()
    if asked.anew:
        shutil.rmtree(STAGE, ignore_errors=True)
    set_stage()
    mutmut = [str(Path(sys.executable).with_name("mutmut"))]
    subprocess.run(
        [*mutmut, "run", "--max-children", str(os.cpu_count() or 1), *asked.names], cwd=STAGE, check=False
    )
    said = subprocess.run(
        [*mutmut, "results", "--all", "true"], cwd=STAGE, capture_output=True, text=True, check=True
    ).stdout
    lines, share = tally(said)
    print(*lines, sep="\n")  # noqa: T201 - this is a command
    return 0 if share >= WANTED_PERCENT else 1


def set_stage() -> None:
    """A copy of the rules with their tests; what was tried of a function that stayed the same is kept."""
    for name in COPIED:
        source, copy = ROOT / name, STAGE / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(
                source, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis")
            )
        else:
            shutil.copy2(source, copy)
    (STAGE / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    public = ROOT.parent / "shared"
    if public.exists() and not (STAGE / "shared").exists():
        (STAGE / "shared").symlink_to(public)  # the public cases lie beside the project


def tally(said: str) -> tuple[list[str], float]:
    """Noticed and tried by module and in all, and the whole share in per cent; what was not tried does not count."""
    noticed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for module, state in FOUND.findall(said):
        noticed[module] += state in NOTICED
        tried[module] += state in TRIED
    lines = [f"{module:48} {noticed[module]:5}/{tried[module]}" for module in sorted(tried) if tried[module]]
    share = 100 * noticed.total() / tried.total() if tried.total() else 0.0
    return [*lines, f"{'all':48} {noticed.total():5}/{tried.total()} {share:5.1f} %"], share


if __name__ == "__main__":
    sys.exit(main())
