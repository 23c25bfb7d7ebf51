from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GaragesConfig(AppConfig):
    name = "garages"
    verbose_name = _("Garages")

    def ready(self) -> None:
        from garages import checks, lookups  # noqa: F401  registered by being imported
