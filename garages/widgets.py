"""Form controls without templates: Django loads, fills and joins two of them for each input of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def _attributes(attributes: dict[str, Any]) -> SafeString:
    shown = ((name, value) for name, value in attributes.items() if value is not False and value is not None)
    return mark_safe(
        "".join(f" {name}" if value is True else format_html(' {}="{}"', name, value) for name, value in shown)
    )


def _input(widget: dict[str, Any]) -> SafeString:
    value = _attributes({"value": widget["value"]})
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _textarea(widget: dict[str, Any]) -> SafeString:
    # The line break after the tag is not part of the value.
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget["attrs"]), widget["value"] or ""
    )


_DRAWN: Final[dict[str, Callable[[dict[str, Any]], SafeString]]] = {
    **dict.fromkeys(
        (f"django/forms/widgets/{kind}.html" for kind in ("text", "hidden", "email", "checkbox", "date", "number")),
        _input,
    ),
    "django/forms/widgets/textarea.html": _textarea,
}


class Renderer(DjangoTemplates):
    """The same controls, drawn by functions where they are simple; all others by their templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        draw = _DRAWN.get(template_name)
        if draw:
            return draw(context["widget"])
        return mark_safe(super().render(template_name, context, request))
