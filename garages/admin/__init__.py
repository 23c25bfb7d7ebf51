"""The platform's admin of tenants, people, workshop and menu."""

from garages.admin import audit, garage, menu, people, workshop

__all__ = ["audit", "garage", "menu", "people", "workshop"]
