"""What customers refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from garages.errors import DomainError


class CustomerError(DomainError):
    """A customer that cannot be kept."""


class NameMissing(CustomerError):
    """Neither a person's nor a company's name was given."""

    def __init__(self, *, business: bool) -> None:
        if business:
            super().__init__(_("A business needs its name."), field="company_name")
        else:
            super().__init__(_("A customer needs a name."), field="last_name")
