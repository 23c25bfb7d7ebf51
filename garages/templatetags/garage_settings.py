"""The menu of the settings pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True)
class Section:
    """A place in the settings menu; `pages` are the names of further pages that belong to it. Pages of a higher app
    carry its name: "notifications:settings"."""

    label: Promise
    page: str
    icon: str
    pages: tuple[str, ...] = ()


SECTIONS: Final = (
    Section(_("Services and prices"), "services", "tools", ("service", "service-add")),
    Section(_("Vehicle types"), "vehicle-types", "car", ("vehicle-type",)),
    Section(_("Courtesy cars"), "courtesy-cars", "steering-wheel", ("courtesy-car",)),
    Section(_("Booking rules"), "rules", "calendar-check"),
    Section(_("Opening hours"), "hours", "clock", ("hours-draft",)),
    Section(_("Closures"), "closures", "calendar-off", ("holidays",)),
    Section(_("Out of service and away"), "away", "plug-connected-x"),
    Section(_("Bays"), "bays", "car-garage", ("bay",)),
    Section(
        _("Technicians"), "technicians", "user-cog", ("technician", "technician-add", "shifts", "skill", "skill-add")
    ),
    Section(_("Team"), "team", "id-badge-2"),
    Section(
        _("Messages"),
        "notifications:settings",
        "message",
        ("notifications:settings-text", "notifications:settings-test"),
    ),
    Section(_("Garage details"), "details", "building-store"),
)


@register.inclusion_tag("garages/settings/_nav.html", takes_context=True)
def settings_nav(context: Context) -> dict[str, Any]:
    """The menu, with the page one is on marked."""
    request, garage = context["request"], context["garage"]
    here = request.resolver_match.view_name
    return {
        "sections": [
            {
                "label": section.label,
                "icon": section.icon,
                "url": reverse(_view(section.page), args=[garage.slug]),
                "current": here in map(_view, (section.page, *section.pages)),
            }
            for section in SECTIONS
        ]
    }


def _view(page: str) -> str:
    return page if ":" in page else f"garages:{page}"
