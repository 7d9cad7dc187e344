"""What an installed package carries beside its code: the library it counts by, and the documentation behind /help/."""

import tomllib
from pathlib import Path

import pytest

from licensing.shipped import SHARE, shipped

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def carried():
    """Where pyproject.toml puts which file, as an installer would."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    return {
        f"{folder}/{file.name}": file
        for folder, patterns in tools["data-files"].items()
        for pattern in patterns
        for file in ROOT.glob(pattern)
        if file.is_file()
    }


@pytest.mark.parametrize("name", ["docs", "library"])
def test_every_file_is_carried_and_lies_where_settings_look(carried, name):
    here = {file.relative_to(ROOT).as_posix() for file in (ROOT / name).rglob("*") if file.is_file()}

    assert here
    assert {(SHARE / path).as_posix() for path in here} == {
        path for path in carried if path.startswith((SHARE / name).as_posix())
    }


def test_an_installed_package_finds_what_it_carries(carried, tmp_path):
    """Laid out as an installer does, without the source tree: the pages of help and the terms are found and read."""
    for path, file in carried.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(file)

    docs = shipped("docs", source=tmp_path / "site-packages", data=tmp_path)
    library = shipped("library", source=tmp_path / "site-packages", data=tmp_path)

    assert (docs / "README.md").read_text("utf-8").startswith("# ")
    assert (docs / "how-to" / "move-in.md").is_file()
    assert sorted(path.name for path in (library / "terms").glob("*.yaml"))
    assert shipped("docs") == ROOT / "docs", "in the source tree the pages are those of the source tree"
