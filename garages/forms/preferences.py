"""A person's own choices."""

from __future__ import annotations

from typing import Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from garages.enums import Theme

ROWS_PER_PAGE: Final = (10, 25, 50, 100)


class PreferencesForm(forms.Form):
    """Any of the choices alone; what is not sent stays as it is."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme, required=False)
    rows_per_page = forms.TypedChoiceField(
        label=_("Rows per page"), choices=[(rows, rows) for rows in ROWS_PER_PAGE], coerce=int, required=False
    )

    @property
    def changes(self) -> dict[str, str | int]:
        """What was sent; an empty theme follows the device, the others have no empty choice."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        return {name: value for name, value in sent.items() if value != "" or name == "theme"}
