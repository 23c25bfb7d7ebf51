"""The parts of the design language that need more than plain HTML: icons, fields, badges, plates, avatars."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, Final
from zlib import crc32

from django import forms, template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from garages.notices import undo_offer

register = template.Library()

STATUS_ICONS: Final[dict[str, str]] = {
    "draft": "pencil",
    "request": "hand-stop",
    "pending": "circle-dashed",
    "confirmed": "circle-dot",
    "in_service": "circle-half-2",
    "completed": "circle-check",
    "cancelled": "circle-x",
    "no_show": "user-x",
    "expired": "clock-pause",
    "declined": "circle-x",
}

# What the coloured band of a number plate says, by country. Other countries' plates are drawn plain.
PLATE_BANDS: Final[dict[str, str]] = {
    **{"GB": "UK", "FR": "F", "ES": "E", "DE": "D", "IT": "I", "BE": "B", "NL": "NL", "PT": "P", "IE": "IRL"},
    **{"LU": "L", "AT": "A", "PL": "PL"},
}


@cache
def _known_icons() -> frozenset[str]:
    return frozenset((settings.BASE_DIR / "static" / "icons.txt").read_text(encoding="utf-8").split())


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """An icon from the sprite, hidden from assistive technology. Raises LookupError for names not in icons.txt."""
    if name not in _known_icons():
        raise LookupError(f"Icon {name!r} is not listed in static/icons.txt.")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {classes}".strip(),
        static("build/icons.svg"),
        name,
    )


@register.simple_tag
def undo_of(message: Message) -> dict[str, Any] | None:
    """What one of Django's messages offers to undo; see garages.notices."""
    return undo_offer(message)


@register.simple_tag
@lru_cache(maxsize=256)
def status_badge(status: str, label: str) -> SafeString:
    """A booking's status: glyph, word, and colour as the third signal."""
    return format_html('<span class="badge" data-status="{}">{}{}</span>', status, icon(STATUS_ICONS[status]), label)


@register.simple_tag
def status_icon(status: str, classes: str = "") -> SafeString:
    """The glyph of a status, for planner blocks, steps and timelines."""
    return icon(STATUS_ICONS[status], classes)


@register.filter
def plate_band(country: object) -> str:
    """What the band of a plate field says: `<div class="plate-field" data-band="{{ country|plate_band }}">`."""
    return PLATE_BANDS.get(str(country), "")


@register.simple_tag
def plate(registration: str, country: object = "", hero: bool = False) -> SafeString:
    """A number plate: a quiet chip, or `hero=True` in full colour, at most once a record."""
    classes = "plate plate--hero" if hero else "plate"
    return format_html(
        '<span class="{}" data-band="{}" translate="no">{}</span>', classes, plate_band(country), registration
    )


@register.simple_tag
def avatar(name: str, classes: str = "") -> SafeString:
    """Initials on a colour that is always the same for the same name."""
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    initials = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return format_html(
        '<span class="{}" style="--ah:{}" aria-hidden="true">{}</span>',
        f"avatar {classes}".strip(),
        crc32(name.encode()) % 360,
        initials.upper(),
    )


def _kind(widget: forms.Widget) -> str:
    """The shape a widget is drawn in."""
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "group"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "input"


def _described_by(bound: BoundField, hint: object) -> str:
    parts = [
        (hint, "hint"),
        (bound.help_text, "help"),
        (bound.errors, "error"),
    ]
    return " ".join(f"{bound.auto_id}_{suffix}" for shown, suffix in parts if shown)


def _attributes(bound: BoundField, hint: object, more: dict[str, Any], *, bare: bool = False) -> dict[str, Any]:
    widget = bound.field.widget
    kind = _kind(widget)
    attributes = {name.replace("_", "-"): value for name, value in more.items() if value != ""}
    if kind in ("input", "select", "textarea") and not bare:
        own = (kind, widget.attrs.get("class"), attributes.get("class"))
        attributes["class"] = " ".join(str(name) for name in own if name)
    described_by = _described_by(bound, hint)
    if described_by:
        attributes["aria-describedby"] = described_by
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes


@register.simple_tag
def control(bound: BoundField, hint: object = "", bare: bool = False, **attributes: Any) -> SafeString:
    """A form field's control alone, tied to its hint, help and error; for layouts `field` does not know.

    `bare=True` leaves its look to what it stands in (`.inputs`, `.plate-field`). Attributes follow with underscores:
    `{% control form.phone hx_get=url autocomplete="off" %}`. Those given an empty text are left out.
    """
    return bound.as_widget(attrs=_attributes(bound, hint, attributes, bare=bare))


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    label: object = None,
    hint: object = "",
    layout: str = "choices",
    classes: str = "",
    hide_label: bool = False,
    **attributes: Any,
) -> dict[str, Any]:
    """A form field as the design language draws it: label, hint, control, help text, error.

    `layout` is for radios and groups of checkboxes: "choices" (chips), "seg" (segmented control) or "list".
    Other names become attributes of the control: `{% field form.email autocomplete="username" %}`.
    """
    kind = _kind(bound.field.widget)
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "layout": layout,
        "classes": classes,
        "hide_label": hide_label,
        "control": "" if kind == "group" else bound.as_widget(attrs=_attributes(bound, hint, attributes)),
        "described_by": _described_by(bound, hint),
        "radio": isinstance(bound.field.widget, forms.RadioSelect),
    }


@register.simple_tag
def field_error(bound: BoundField) -> str:
    """The errors of one field, below it."""
    return render_to_string("components/field_error.html", {"field": bound}) if bound.errors else ""


@register.inclusion_tag("components/error_summary.html")
def error_summary(*form_list: forms.BaseForm | str | None, title: object = "") -> dict[str, Any]:
    """What is wrong in one or more forms, above them, with links to the fields. Nothing when nothing is wrong.

    `title` says what did not happen; without it: not saved yet.
    """
    # A template's unknown variable arrives as an empty string.
    bound = [form for form in form_list if isinstance(form, forms.BaseForm) and form.is_bound]
    return {
        "problems": list(_problems(bound)),
        "title": title,
        "general": [error for form in bound for error in form.non_field_errors()],
    }


def _problems(form_list: Iterable[forms.BaseForm]) -> Iterable[dict[str, Any]]:
    for form in form_list:
        for name in form.errors:
            if name not in form.fields:
                continue
            shown = form[name]
            anchor = shown.id_for_label or f"{shown.auto_id}_0"
            yield {"anchor": anchor, "label": shown.label, "errors": shown.errors, "hidden": shown.is_hidden}
