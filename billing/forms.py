"""What is typed on an invoice's page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.enums import LineKind, Way
from billing.models import Invoice, InvoiceLine
from billing.services import LineFacts
from garages.forms.fields import MoneyField
from garages.models import Garage


class LineForm(forms.Form):
    """A line: what, how many, for how much."""

    text = forms.CharField(label=gettext_lazy("Description"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LineKind)
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"), max_digits=6, decimal_places=2, min_value=Decimal("0.01"), localize=True
    )
    outside_vat = forms.BooleanField(label=gettext_lazy("Outside VAT"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, garage: Garage, invoice: Invoice, line: InvoiceLine | None = None
    ) -> None:
        name = f"line-{line.public_id.hex[:8]}" if line else "new-line"
        super().__init__(data, auto_id=f"{name}-%s", initial=_said(line))
        is_taxed = invoice.vat_percent is not None
        label = _("Price with VAT") if is_taxed else _("Price")
        self.fields["unit_price"] = MoneyField(garage=garage, label=label)
        if not is_taxed:
            del self.fields["outside_vat"]
        self.line = line

    @property
    def facts(self) -> LineFacts:
        return LineFacts(**self.cleaned_data)


def _said(line: InvoiceLine | None) -> dict[str, Any]:
    if line is None:
        return {"kind": LineKind.PART, "quantity": 1}
    quantity = (
        line.quantity.to_integral() if line.quantity == line.quantity.to_integral() else line.quantity.normalize()
    )
    facts = {name: getattr(line, name) for name in ("text", "kind", "unit_price")}
    return facts | {"quantity": quantity, "outside_vat": line.vat_percent is None}


class PaymentForm(forms.Form):
    """How much came in, and how."""

    way = forms.ChoiceField(label=gettext_lazy("Take payment by"), choices=Way, widget=forms.RadioSelect)

    def __init__(self, data: QueryDict | None = None, *, garage: Garage, invoice: Invoice) -> None:
        super().__init__(data, auto_id="pay-%s", initial={"amount": invoice.owed, "way": Way.CARD})
        self.fields["amount"] = MoneyField(garage=garage, label=_("Amount"))


class NotesForm(forms.Form):
    """What stands below the lines."""

    notes = forms.CharField(
        label=gettext_lazy("Below the lines"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )


class VoidForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
