"""Collects the texts to translate: from our Python code and our templates into `locale/*/LC_MESSAGES/django.po`.

`python -m garage_desk.messages` needs neither GNU gettext nor a database. Translations are kept, texts that are gone
are dropped, nothing is guessed: a new text stands there empty. Places are named without line numbers and the header
bears no date, so a file changes only when its texts do. English, the language of the code, needs no catalogue.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parent.parent
LANGUAGES: Final = ("es", "fr")
TEMPLATES: Final = "templates"
NOT_SHOWN: Final = {"bench", "tests"}  # packages whose texts nobody of a garage reads
KEYWORDS: Final = DEFAULT_KEYWORDS | {
    f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")
}
HEADER: Final = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"
"""


def extracted() -> Catalog:
    """Every text of the tree that is wrapped for translation, and the files it stands in."""
    found = Catalog()
    for path in sorted(_sources()):
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What templatize makes is Python but for its indentation.
            source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
        name = path.relative_to(ROOT).as_posix()
        for line, message, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
            found.add(message, locations=[(name, line)], context=context)
    return found


def _sources() -> Iterator[Path]:
    for package in ROOT.glob("*/__init__.py"):
        if package.parent.name not in NOT_SHOWN:
            yield from package.parent.rglob("*.py")
    for suffix in ("html", "txt"):
        yield from (ROOT / TEMPLATES).rglob(f"*.{suffix}")


def catalogue(language: str) -> Path:
    """The file of a language's translations."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """A language's translations as they are kept; empty for a language that has none yet."""
    path = catalogue(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def merged(kept: Catalog, found: Catalog) -> Catalog:
    """`kept` with exactly the texts of `found`."""
    kept.update(found, no_fuzzy_matching=True)
    kept.obsolete.clear()
    return kept


def rendered(catalog: Catalog) -> bytes:
    """The file of a catalogue, page by page in the order of the texts."""
    header = HEADER.format(language=catalog.locale, plural_forms=catalog.plural_forms)
    body = BytesIO()
    write_po(body, catalog, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    return header.encode() + b"\n" + body.getvalue().strip() + b"\n"


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """One text, or the singular and plurals of one, of either side of a catalogue; none where there is nothing."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that lack a translation, or one of its plural forms."""
    return [
        forms(message.id)[0]
        for message in catalog
        if message.id and not (message.string and all(forms(message.string)))
    ]


def main() -> int:
    found = extracted()
    for language in LANGUAGES:
        catalog = merged(read(language), found)
        path = catalogue(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = rendered(catalog)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        print(f"{path.relative_to(ROOT)}: {len(catalog)} texts, {len(untranslated(catalog))} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
