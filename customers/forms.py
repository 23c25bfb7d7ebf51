"""Customers as typed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.enums import WRITTEN, Channel, ContactRole, Kind, Purpose
from customers.labels import known_labels, known_referrals, typed
from customers.models import LONGEST_LABEL, Contact, Customer
from customers.services import CustomerFields
from garages.models import Garage


class CustomerForm(forms.Form):
    """Everything that may be said of a customer. An odd phone number is no error: see `customers.phones`."""

    kind = forms.ChoiceField(
        label=_("Customer type"), choices=Kind, initial=Kind.INDIVIDUAL, widget=forms.RadioSelect, required=False
    )
    company_name = forms.CharField(label=_("Company"), max_length=120, required=False)
    purchase_order = forms.CharField(label=_("Purchase-order number"), max_length=40, required=False)
    billing_address = forms.CharField(
        label=_("Billing address"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    phone_typed = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(label=_("Email"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    preferred_channel = forms.ChoiceField(
        label=_("Preferred channel"), choices=[("", _("No preference")), *Channel.choices], required=False
    )
    labels = forms.MultipleChoiceField(label=_("Labels"), required=False, widget=forms.CheckboxSelectMultiple)
    new_labels = forms.CharField(label=_("New labels"), max_length=200, required=False)
    referral = forms.CharField(label=_("Found us by"), max_length=60, required=False)
    notes = forms.CharField(label=_("Notes"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, garage: Garage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict.fromkeys((*known_labels(), *self.initial.get("labels", ())))
        cast("forms.MultipleChoiceField", self.fields["labels"]).choices = [(label, label) for label in known]
        self.referrals = known_referrals()
        names = dict(settings.LANGUAGES)
        spoken = [(code, names[code]) for code in garage.languages if code in names]
        others = [(code, name) for code, name in settings.LANGUAGES if code not in garage.languages]
        language = cast("forms.ChoiceField", self.fields["language"])
        language.choices = [("", _("As the garage")), *spoken, *others]

    @classmethod
    def initial_of(cls, customer: Customer) -> dict[str, Any]:
        facts = {name: getattr(customer, name) for name in cls.base_fields if name != "new_labels"}
        return facts | {"phone_typed": customer.phone_typed or str(customer.phone)}

    def clean_new_labels(self) -> list[str]:
        found = typed(self.cleaned_data["new_labels"])
        if any(len(label.strip()) > LONGEST_LABEL for label in found):
            raise forms.ValidationError(gettext("A label has at most %(most)d signs.") % {"most": LONGEST_LABEL})
        return found

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.INDIVIDUAL

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("kind") == Kind.BUSINESS:
            if not data.get("company_name") and "company_name" not in self.errors:
                self.add_error("company_name", _("Which company is it?"))
        elif not (data.get("first_name") or data.get("last_name")) and not self.errors.keys() & {
            "first_name",
            "last_name",
        }:
            self.add_error("first_name", _("A name is needed: first or last."))

    @property
    def facts(self) -> CustomerFields:
        """What to save. A private person has no company, whatever was left in its field."""
        data = self.cleaned_data
        if data["kind"] == Kind.INDIVIDUAL:
            data = data | {"company_name": ""}
        labels = [*data["labels"], *data["new_labels"]]
        data = {name: value for name, value in data.items() if name != "new_labels"} | {"labels": labels}
        return CustomerFields(**data)  # type: ignore[typeddict-item]  # the form's fields are its keys


class ContactForm(forms.Form):
    """Somebody to ask for at a company."""

    role = forms.ChoiceField(label=_("Role"), choices=ContactRole)
    name = forms.CharField(label=_("Name"), max_length=120)
    phone_typed = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    email = forms.EmailField(label=_("Email"), required=False)

    @classmethod
    def initial_of(cls, contact: Contact) -> dict[str, Any]:
        facts = {name: getattr(contact, name) for name in cls.base_fields}
        return facts | {"phone_typed": contact.phone_typed or str(contact.phone)}


class ConsentForm(forms.Form):
    """One yes or no of a customer's."""

    purpose = forms.TypedChoiceField(choices=Purpose, coerce=Purpose)
    channel = forms.TypedChoiceField(choices=[(one.value, one.label) for one in WRITTEN], coerce=Channel)
    is_given = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")
