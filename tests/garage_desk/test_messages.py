"""The translations are whole, say what the tree says today, and keep what is filled in at run time."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from garage_desk import messages

# %(name)s with its conversion, %s, the escaped %% and {name}.
FILLED_IN = re.compile(r"%(?:\(\w+\))?\d*[a-z%]|\{\w*\}")


@pytest.fixture(scope="module")
def found() -> Catalog:
    return messages.extracted()


@pytest.fixture(scope="module", params=messages.LANGUAGES)
def kept(request: pytest.FixtureRequest) -> Catalog:
    return messages.read(request.param)


def _texts(catalog: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, messages.forms(message.id)) for message in catalog if message.id}


def _filled_in(text: str) -> Counter[str]:
    return Counter(FILLED_IN.findall(text))


def test_catalogue_has_the_texts_of_the_tree(kept: Catalog, found: Catalog) -> None:
    assert (_texts(found) - _texts(kept), _texts(kept) - _texts(found)) == (set(), set()), "run `make messages`"


def test_every_text_is_translated(kept: Catalog) -> None:
    assert messages.untranslated(kept) == []


def test_no_translation_is_unsure(kept: Catalog) -> None:
    assert [message.id for message in kept if message.id and message.fuzzy] == []


def test_translations_keep_what_is_filled_in(kept: Catalog) -> None:
    wrong = []
    for message in kept:
        originals = messages.forms(message.id)
        for number, translation in enumerate(messages.forms(message.string)):
            original = originals[min(number, len(originals) - 1)]
            if message.id and translation and _filled_in(original) != _filled_in(translation):
                wrong.append((original, translation))
    assert wrong == []


def test_translations_keep_spaces_and_tags_at_their_ends(kept: Catalog) -> None:
    ends = re.compile(r"^[ \n]*|[ \n]*$|</?\w+[^>]*>")
    wrong = [
        message.id
        for message in kept
        if message.id
        and message.string
        and ends.findall(messages.forms(message.id)[0]) != ends.findall(messages.forms(message.string)[0])
    ]
    assert wrong == []


def test_french_has_its_typography() -> None:
    """No line may begin with a lone : ; ? ! or », nor end with «; apostrophes are curved."""
    odd = re.compile(r" [:;?!»]|« |'")
    strings = [text for message in messages.read("fr") if message.id for text in messages.forms(message.string)]
    assert [text for text in strings if odd.search(text)] == []


@pytest.fixture
def small_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("bookings", "tests"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "templates").mkdir()
    (tmp_path / "tests" / "texts.py").write_text('_("nobody reads this")')
    (tmp_path / "bookings" / "texts.py").write_text(
        'a = gettext_lazy("Closed")\nb = ngettext("%(n)d bay", "%(n)d bays", n)\nc = pgettext_lazy("verb", "Book")\n'
    )
    (tmp_path / "templates" / "page.html").write_text(
        '<p>\n    {% translate "Closed" %}\n  {{ day|default:_("no hours") }}\n'
        "  {% blocktranslate trimmed with name=x %}\n  Book {{ name }}\n  {% endblocktranslate %}</p>"
    )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    return tmp_path


def test_collects_from_code_and_templates(small_tree: Path) -> None:
    assert _texts(messages.extracted()) == {
        (None, ("Closed",)),
        (None, ("%(n)d bay", "%(n)d bays")),
        ("verb", ("Book",)),
        (None, ("no hours",)),
        (None, ("Book %(name)s",)),
    }


def test_merging_keeps_translations_and_drops_what_is_gone(small_tree: Path) -> None:
    kept = Catalog(locale="fr")
    kept.add("Closed", "Fermé")
    kept.add("Open", "Ouvert")
    catalog = read_po(BytesIO(messages.rendered(messages.merged(kept, messages.extracted()))), locale="fr")
    assert {message.id: message.string for message in catalog if message.id} == {
        "Closed": "Fermé",
        ("%(n)d bay", "%(n)d bays"): ("", ""),
        "Book": "",
        "no hours": "",
        "Book %(name)s": "",
    }


def test_collecting_twice_changes_nothing(small_tree: Path) -> None:
    messages.main()
    once = {language: messages.catalogue(language).read_bytes() for language in messages.LANGUAGES}
    (small_tree / "templates" / "page.html").write_text("\n\n" + (small_tree / "templates" / "page.html").read_text())
    messages.main()
    assert {language: messages.catalogue(language).read_bytes() for language in messages.LANGUAGES} == once
    assert once["fr"].startswith(b'msgid ""\nmsgstr ""\n"Language: fr\\n"\n')
