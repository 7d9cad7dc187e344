"""Cuts the browser assets out of the installed Python packages: fonts, htmx and the icon sprite go into
static/vendor/, with a list of where each came from. Works offline; a second run with the same packages does nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # it ships no types

from trueup.web.catalogues import compile_books
from trueup.web.kit.icons import ICONS

VENDOR = Path(__file__).parent / "static" / "vendor"
SHIPPED = ("django-htmx", "fontpkg-geist-mono", "fontpkg-inter", "lucide")
PACKAGES = (*SHIPPED, "fonttools")
LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
LATIN_EXT = (
    "U+0100-0130,U+0132-0151,U+0154-02BA,U+02BD-02C5,U+02C7-02CC,U+1E00-1E9F,U+1EF2-1EFF,"
    "U+20A0-20AB,U+20AD-20C0,U+2C60-2C7F,U+A720-A7FF"
)
GREEK = "U+0370-03FF"
CYRILLIC = "U+0400-052F,U+1C80-1C88,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+2116"
VIETNAMESE = "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB"
KEPT_FEATURES = (
    "kern",
    "liga",
    "calt",
    "ccmp",
    "locl",
    "mark",
    "mkmk",
    "tnum",
    "lnum",
    "cv11",
    "ss03",
    "case",
)
LOGO = (
    '<symbol id="logo" viewBox="0 0 24 24"><rect width="24" height="24" rx="6.5" fill="#3d54d0"/>'
    '<path d="M5.6 8.2h12.8M12 5.6v12.2M8.6 18h6.8" stroke="#fff" stroke-width="1.7" stroke-linecap="round" fill="none"/>'
    '<path d="M3.9 13.4 6.4 8.4l2.5 5a2.6 2.6 0 0 1-5 0zM15.1 12l2.5-3.6L20.1 12a2.6 2.6 0 0 1-5 0z" fill="#fff"/></symbol>'
)


@dataclass(frozen=True, slots=True)
class Face:
    """One font file to cut: a family, the script it serves and the characters that script needs."""

    family: str
    package: str
    source: str
    script: str
    characters: str

    @property
    def filename(self) -> str:
        return f"{self.family.lower().replace(' ', '-')}-{self.script}.woff2"


@dataclass(frozen=True, slots=True)
class Asset:
    """A line of vendor/manifest.json."""

    file: str
    package: str
    version: str
    licence: str
    sha256: str


INTER = ("Inter", "fontpkg_inter", "files/Inter[opsz,wght].ttf")
MONO = ("Geist Mono", "fontpkg_geist_mono", "files/GeistMono[wght].ttf")
FACES = (
    Face(*INTER, "latin", LATIN),
    Face(*INTER, "latin-ext", LATIN_EXT),
    Face(*INTER, "greek", GREEK),
    Face(*INTER, "cyrillic", CYRILLIC),
    Face(*INTER, "vietnamese", VIETNAMESE),
    Face(*MONO, "latin", LATIN),
    Face(*MONO, "latin-ext", LATIN_EXT),
)


class WrongHtmxError(RuntimeError):
    """The installed django-htmx does not carry htmx 2: the pages are written for that version."""


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Static files under hashed names; a file that was never collected keeps its plain name and fails no page."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        try:
            return str(super().hashed_name(name, content, filename))
        except ValueError:
            return name


def build(target: Path = VENDOR) -> bool:
    """Fill `target` with every browser asset; True if anything was made, False if it was all there already."""
    stamp = _stamp()
    manifest = target / "manifest.json"
    if manifest.exists() and json.loads(manifest.read_text("utf-8")).get("stamp") == stamp:
        return False
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    assets = [*_fonts(fresh), _htmx(fresh), _sprite(fresh)]
    _licences(fresh)
    listing = {"stamp": stamp, "assets": [asdict(asset) for asset in assets]}
    (fresh / "manifest.json").write_text(json.dumps(listing, indent=1) + "\n", "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return True


def _stamp() -> str:
    """A hash over this recipe, the icon register and the versions it is applied to."""
    parts = [
        Path(__file__).read_text("utf-8"),
        *sorted(ICONS),
        *(metadata.version(name) for name in PACKAGES),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _asset(path: Path, *, package: str, licence: str) -> Asset:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Asset(path.name, package, metadata.version(package), licence, digest)


def _fonts(target: Path) -> Iterator[Asset]:
    rules = []
    for face in FACES:
        _cut(face, target / face.filename)
        rules.append(
            f'@font-face{{font-family:"{face.family}";font-style:normal;font-weight:100 900;font-display:swap;'
            f'src:url("{face.filename}") format("woff2");unicode-range:{face.characters}}}',
        )
        yield _asset(target / face.filename, package=face.package.replace("_", "-"), licence="OFL-1.1")
    (target / "fonts.css").write_text("\n".join(rules) + "\n", "utf-8")


def _cut(face: Face, target: Path) -> None:
    """Keep the characters of one script and the weight axis; the optical size is fixed at that of text."""
    from fontTools.subset import Options, Subsetter, parse_unicodes
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(str(resources.files(face.package) / face.source))
    options = Options(flavor="woff2", layout_features=list(KEPT_FEATURES), notdef_outline=True, hinting=False)
    options.drop_tables += ["meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(face.characters))
    subsetter.subset(font)
    if any(axis.axisTag == "opsz" for axis in font["fvar"].axes):
        font = instantiateVariableFont(font, {"opsz": 14}, inplace=True)
    font.flavor = "woff2"
    font.save(target)


def _htmx(target: Path) -> Asset:
    source = resources.files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
    script = source.read_text("utf-8")
    if not re.search(r'version:\s*"2\.', script):
        raise WrongHtmxError("django-htmx carries no htmx 2; the pages need that version: pin django-htmx")
    (target / "htmx.js").write_text(script, "utf-8")
    return _asset(target / "htmx.js", package="django-htmx", licence="0BSD")


def _sprite(target: Path) -> Asset:
    with (resources.files("lucide") / "lucide.zip").open("rb") as packed, zipfile.ZipFile(packed) as icons:
        symbols = [_symbol(name, icons.read(f"{name}.svg").decode()) for name in sorted(ICONS)]
    head = "<!-- Lucide icons, ISC and MIT, see licences/; the symbol logo is Trueup's own -->\n"
    body = "".join([*symbols, LOGO])
    sprite = f'{head}<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>\n'
    (target / "icons.svg").write_text(sprite, "utf-8")
    return _asset(target / "icons.svg", package="lucide", licence="ISC AND MIT")


def _symbol(name: str, svg: str) -> str:
    drawing = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", svg, flags=re.DOTALL)
    drawing = re.sub(r"\s+", " ", drawing).replace("> <", "><").replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>'


def _licences(target: Path) -> None:
    """Copy the licence text that each package ships, so that it travels with the files cut from it."""
    folder = target / "licences"
    folder.mkdir()
    for package in SHIPPED:
        texts = [file for file in metadata.files(package) or () if re.search(r"(?i)^licen[cs]e", file.name)]
        (folder / f"{package}.txt").write_text(texts[0].read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    made = build()
    sys.stdout.write(f"{VENDOR}: {'made' if made else 'already there'}\n")
    for book in compile_books():
        sys.stdout.write(f"{book}: made\n")
