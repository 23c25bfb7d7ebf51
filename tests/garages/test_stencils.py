"""Filling a template's texts into its kept drawing gives what drawing the template gives."""

from __future__ import annotations

import pytest
from django.template import engines
from django.utils.safestring import mark_safe

from garages import stencils
from garages.stencils import fill

TEMPLATE = (
    "{% load i18n %}<b class='{{ kind }}'>{{ name }}</b>{% if town %} in {{ town }}{% endif %}"
    "{% blocktranslate with who=name %}Cancel {{ who }}{% endblocktranslate %}{{ name }}"
)


@pytest.fixture(autouse=True)
def template(monkeypatch: pytest.MonkeyPatch) -> None:
    made = engines["django"].from_string(TEMPLATE)
    monkeypatch.setattr(stencils, "get_template", lambda _name: made)
    stencils._drawn.cache_clear()


def test_texts_stand_where_the_template_has_them_escaped() -> None:
    assert fill("t", {"name": "<Ada>", "town": ""}, kind="new") == (
        "<b class='new'>&lt;Ada&gt;</b>Cancel &lt;Ada&gt;&lt;Ada&gt;"
    )
    assert fill("t", {"name": mark_safe("<i>A</i>"), "town": "Ely"}, kind="old") == (
        "<b class='old'><i>A</i></b> in ElyCancel <i>A</i><i>A</i>"
    )


def test_a_shape_is_drawn_once_whatever_its_texts() -> None:
    for name in ("Ada", "Bob", "Eve"):
        for town in ("", f"{name}ville"):
            assert name in fill("t", {"name": name, "town": town}, kind="new")
    assert stencils._drawn.cache_info().misses == 2


def test_a_text_may_look_like_a_place() -> None:
    assert fill("t", {"name": "\ue000town\ue000", "town": ""}, kind="").count("town") == 3
