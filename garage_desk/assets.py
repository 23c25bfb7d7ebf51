"""Builds what pages load: the icon sprite, one stylesheet a surface, and the compiled translations.

`python -m garage_desk.assets` runs in well under a second, needs no settings and no database, and writes nothing that
has not changed. The sources are `static/icons.txt`, `static/css/` and `locale/*/LC_MESSAGES/django.po`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from zipfile import ZipFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from defusedxml.ElementTree import fromstring

ROOT: Final = Path(__file__).resolve().parent.parent
STATIC: Final = ROOT / "static"
BUILD: Final = STATIC / "build"

# Which files make which stylesheet. Order inside a bundle matters only between layers, and layers.css settles that;
# a pattern's files are joined in the order of their names, so a new component or screen needs no entry here.
FOUNDATION: Final = ("layers.css", "fonts.css", "reset.css", "tokens.css", "status.css", "base.css", "components/*.css")
BUNDLES: Final[dict[str, tuple[str, ...]]] = {
    "staff.css": (*FOUNDATION, "shell.css", "screens/*.css", "utilities.css", "print.css"),
    "paper.css": ("paper/*.css",),  # beside staff.css, on the pages that are printed
    "reports.css": ("reports/*.css",),  # beside it too, on the manager's dashboard
    "planner.css": ("planner/*.css",),  # beside it too, on the planner and the screen on the workshop's wall
    "public.css": (*FOUNDATION, "public/*.css", "utilities.css", "print.css"),
}

SVG: Final = "{http://www.w3.org/2000/svg}"
QUOTED: Final = re.compile(r"(\"[^\"]*\"|'[^']*')")


def icon_names() -> list[str]:
    """The icons the product uses, one a line in `static/icons.txt`."""
    return (STATIC / "icons.txt").read_text(encoding="utf-8").split()


def sprite(names: list[str]) -> str:
    """One SVG with a symbol a name; stroke width is left to the stylesheet. Raises KeyError for unknown names."""
    archive = ZipFile(BytesIO(files("tablericons").joinpath("tablericons.zip").read_bytes()))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(_symbols(archive, names))}</svg>\n'


def _symbols(archive: ZipFile, names: list[str]) -> Iterator[str]:
    for name in names:
        drawing = fromstring(archive.read(f"outline/{name}.svg"))
        for node in drawing.iter():
            node.tag = node.tag.removeprefix(SVG)
            node.tail = None
        shapes = "".join(ElementTree.tostring(shape, encoding="unicode") for shape in drawing)
        yield (
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
            f' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
        )


def bundle(patterns: tuple[str, ...]) -> str:
    """The named stylesheets as one, without comments and idle white space."""
    source = STATIC / "css"
    sheets = [path for pattern in patterns for path in sorted(source.glob(pattern))]
    text = re.sub(r"/\*.*?\*/", "", "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets), flags=re.DOTALL)
    # Odd pieces are quoted strings (data URLs, font names): they stay as they are.
    pieces = QUOTED.split(text)
    pieces[::2] = [re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", piece)) for piece in pieces[::2]]
    return "".join(pieces).strip() + "\n"


def compile_translations() -> list[Path]:
    """Write a .mo beside every .po that is newer than it; unsure (fuzzy) translations are left out."""
    compiled = []
    for po in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        buffer = BytesIO()
        write_mo(buffer, catalog)
        _replace(mo, buffer.getvalue())
        compiled.append(mo)
    return compiled


def _write(target: Path, content: str) -> bool:
    data = content.encode()
    if target.exists() and target.read_bytes() == data:
        return False
    _replace(target, data)
    return True


def _replace(target: Path, data: bytes) -> None:
    """Whole or not at all: a server that reads meanwhile sees the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(target)


def main() -> int:
    try:
        icons = sprite(icon_names())
    except KeyError as missing:
        print(f"static/icons.txt names an icon that does not exist: {missing}", file=sys.stderr)
        return 1
    built = {"icons.svg": icons, **{name: bundle(patterns) for name, patterns in BUNDLES.items()}}
    written = [name for name, content in built.items() if _write(BUILD / name, content)]
    written += [str(path.relative_to(ROOT)) for path in compile_translations()]
    print(f"Assets: {', '.join(written) or 'nothing new'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
