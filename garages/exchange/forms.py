"""The two forms of an import: which file into which garage, and yes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _
from import_export.forms import ConfirmImportForm
from unfold.contrib.import_export.forms import ImportForm

from garages.exchange.formats import FORMATS, MOST_BYTES, CsvFile, XlsxFile, is_workbook
from garages.models import Garage


class GarageImportForm(ImportForm):
    """Every row goes to the one garage chosen here; the kind of file is found out from the file."""

    garage = forms.ModelChoiceField(
        queryset=Garage.objects.all(), label=_("Garage"), help_text=_("Every row goes to this garage.")
    )
    field_order = ["resource", "garage", "import_file", "format"]

    def __init__(self, formats: Any, resources: Any, *, source: Any, admin_site: Any, **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.fields["garage"].widget = AutocompleteSelect(source, admin_site)
        self.fields["garage"].widget.choices = self.fields["garage"].choices
        self.fields["format"].required = False
        self.fields["format"].widget = forms.HiddenInput()
        self.fields["import_file"].widget.attrs["accept"] = ".csv,.xlsx"
        self.fields["import_file"].help_text = _("CSV or XLSX, at most 20,000 rows and 5 MB.")

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Split it."), code="too_large")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("import_file")
        if file is not None:
            kind = XlsxFile if is_workbook(file.read(4)) else CsvFile
            file.seek(0)
            cleaned["format"] = str(FORMATS.index(kind))
        return cleaned


class GarageConfirmForm(ConfirmImportForm):
    garage = forms.ModelChoiceField(queryset=Garage.objects.all(), widget=forms.HiddenInput())
