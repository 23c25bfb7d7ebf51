"""Settings of messages, as they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import phones
from garages.enums import Role, Weekday
from garages.models import Garage, Membership
from notifications.enums import CUSTOMER_WAYS, DUE, TO_CUSTOMERS, TO_TEAM, WAYS, Channel, Kind, Way
from notifications.models import Alerts, MessageSettings, MessageTemplate, ReminderRule
from notifications.reach import takes_texts
from notifications.rules import Rules
from notifications.texts import PLACEHOLDERS, Text, unknown_placeholders

_Clock: Final = partial(
    forms.TimeField, required=False, widget=forms.TimeInput({"type": "time", "class": "input"}, format="%H:%M")
)
_Hours: Final = partial(forms.IntegerField, min_value=1, max_value=24 * 14)
_KINDS: Final = (*TO_CUSTOMERS, *TO_TEAM, *DUE)
_SWITCH: Final = {"role": "switch"}


@dataclass(frozen=True)
class KindRow:
    """A kind in the table: its switch and its way."""

    kind: Kind
    is_on: forms.BoundField
    way: forms.BoundField


class RulesForm(forms.Form):
    """Which kinds are sent, by which way; and what holds for all of them."""

    quiet_from = _Clock(label=gettext_lazy("Quiet from"))
    quiet_until = _Clock(label=gettext_lazy("Quiet until"))
    reply_to = forms.EmailField(label=gettext_lazy("Replies go to"), required=False)
    copy_to = forms.EmailField(label=gettext_lazy("Copy of each confirmation to"), required=False)
    staff_to = forms.EmailField(label=gettext_lazy("New requests are told to"), required=False)
    nudge_hours = _Hours(label=gettext_lazy("Tell us of what is not answered"))
    warn_hours = _Hours(label=gettext_lazy("Tell customers it is not confirmed"))
    due_days = forms.CharField(label=gettext_lazy("Days before"), max_length=20)

    def __init__(self, data: QueryDict | None, *, rules: Rules, settings: MessageSettings) -> None:
        values = (
            "quiet_from",
            "quiet_until",
            "reply_to",
            "copy_to",
            "staff_to",
            "sms_sender",
            "nudge_hours",
            "warn_hours",
        )
        initial = {name: getattr(settings, name) for name in values}
        super().__init__(data, initial=initial | {"due_days": ", ".join(map(str, settings.due_days))})
        sender: Any = MessageSettings._meta.get_field("sms_sender")
        self.fields["sms_sender"] = sender.formfield()
        for kind in _KINDS:
            rule = rules.of(kind)
            self.fields[f"on_{kind}"] = forms.BooleanField(
                label=_("Send “%(kind)s”") % {"kind": kind.label},
                required=False,
                initial=rule.is_on,
                widget=forms.CheckboxInput(_SWITCH),
            )
            self.fields[f"way_{kind}"] = forms.ChoiceField(
                label=_("“%(kind)s” is sent by") % {"kind": kind.label},
                choices=[(way.value, way.label) for way in WAYS[kind]],
                initial=rule.way.value,
            )

    def to_customers(self) -> Iterator[KindRow]:
        return self._rows(TO_CUSTOMERS)

    def of_due(self) -> Iterator[KindRow]:
        return self._rows(DUE)

    def to_team(self) -> Iterator[KindRow]:
        return self._rows(TO_TEAM)

    def _rows(self, kinds: Sequence[Kind]) -> Iterator[KindRow]:
        for kind in kinds:
            yield KindRow(kind, self[f"on_{kind}"], self[f"way_{kind}"])

    def clean_due_days(self) -> list[int]:
        numbers = {int(number) for number in re.findall(r"\d{1,3}", self.cleaned_data["due_days"])}
        field: Any = MessageSettings._meta.get_field("due_days")
        days: list[int] = field.clean(sorted(numbers, reverse=True), None)
        return days

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", _("Quiet hours need a beginning and an end."))
        return cleaned

    @property
    def decided(self) -> dict[str, Any]:
        """Arguments of `services.set_rules`."""
        cleaned = self.cleaned_data
        kinds = {kind: (cleaned[f"on_{kind}"], Way(cleaned[f"way_{kind}"])) for kind in _KINDS}
        return {"kinds": kinds} | {
            name: value for name, value in cleaned.items() if not name.startswith(("on_", "way_"))
        }


class ReminderForm(forms.Form):
    """One more reminder: so many hours before the visit, or so many days before at a time of day."""

    number = forms.IntegerField(label=gettext_lazy("How long before"), min_value=1, max_value=336)
    unit = forms.ChoiceField(
        label=gettext_lazy("Hours or days"), choices=[("days", gettext_lazy("days")), ("hours", gettext_lazy("hours"))]
    )
    at = _Clock(label=gettext_lazy("At"))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For visits on"), coerce=int, choices=Weekday, widget=forms.CheckboxSelectMultiple
    )
    way = forms.ChoiceField(label=gettext_lazy("By"), required=False)

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, initial={"unit": "days", "number": 1, "weekdays": Weekday.values})
        ways = [(way.value, way.label) for way in CUSTOMER_WAYS if not way.is_every]
        self.fields["way"].choices = [("", _("As chosen for reminders")), *ways]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        in_days = cleaned.get("unit") == "days"
        if in_days and cleaned.get("at") is None:
            self.add_error("at", _("At what time of that day?"))
        longest: Any = ReminderRule._meta.get_field("days_before" if in_days else "hours_before")
        try:
            longest.run_validators(cleaned.get("number"))
        except ValidationError as error:
            self.add_error("number", error)
        return cleaned

    @property
    def decided(self) -> dict[str, Any]:
        """Arguments of `services.add_reminder`."""
        cleaned = self.cleaned_data
        facts = {"weekdays": cleaned["weekdays"], "channels": Way(cleaned["way"]).channels if cleaned["way"] else ()}
        if cleaned["unit"] == "days":
            return facts | {"days_before": cleaned["number"], "at": cleaned["at"]}
        return facts | {"hours_before": cleaned["number"]}


class AlertsForm(forms.Form):
    """A colleague's own number, and what they are told of."""

    phone = forms.CharField(label=gettext_lazy("Mobile number for texts"), max_length=40, required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Tell me of"),
        choices=[
            (Kind.REQUEST_TO_STAFF.value, gettext_lazy("New requests")),
            (Kind.UNANSWERED.value, gettext_lazy("What nobody has answered yet")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict | None, *, member: Membership, own: Alerts) -> None:
        self.own, self.region = own, member.garage.phone_region
        super().__init__(data, initial={"phone": phones.national(str(own.phone), self.region), "kinds": own.kinds})
        if not member.at_least(Role.RECEPTIONIST):
            del self.fields["kinds"]  # nobody waits for a technician's answer

    def clean_phone(self) -> str:
        return _mobile(self.cleaned_data["phone"], self.region)


class TextForm(forms.Form):
    """The words of one kind, channel and language; and where a test of them goes."""

    def __init__(self, data: QueryDict | None, *, garage: Garage, channel: Channel, text: Text, to: str) -> None:
        super().__init__(data, initial={"subject": text.subject, "text": text.body, "to": to})
        self.garage, self.channel = garage, channel
        longest = MessageTemplate._meta
        if channel == Channel.EMAIL:
            self.fields["subject"] = forms.CharField(
                label=_("Subject"), max_length=longest.get_field("subject").max_length
            )
        self.fields["text"] = forms.CharField(
            label=_("Text"),
            max_length=longest.get_field("text").max_length,
            widget=forms.Textarea({"rows": 12 if channel == Channel.EMAIL else 5}),
        )
        if channel != Channel.TELEGRAM:
            label = _("Send a test to this number") if channel == Channel.SMS else _("Send a test to this address")
            self.fields["to"] = forms.CharField(label=label, required=False, max_length=254)

    @property
    def typed(self) -> Text:
        """What stands in the form, right or wrong."""
        return Text(self["subject"].value() or "" if "subject" in self.fields else "", self["text"].value() or "")

    def clean_subject(self) -> str:
        return _known(self.cleaned_data["subject"])

    def clean_text(self) -> str:
        return _known(self.cleaned_data["text"].replace("\r\n", "\n"))

    def clean_to(self) -> str:
        typed: str = self.cleaned_data["to"].strip()
        if self.channel == Channel.EMAIL and typed:
            validate_email(typed)
        if self.channel == Channel.SMS and typed:
            typed = _mobile(typed, self.garage.phone_region)
        return typed


def _mobile(typed: str, region: str) -> str:
    """The number in international form; "" of none."""
    phone = phones.parse(typed, region)
    if phone.typed and not takes_texts(phone.e164):
        raise ValidationError(_("This number takes no texts."))
    return phone.e164


def _known(text: str) -> str:
    unknown = unknown_placeholders(text)
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in unknown)
        raise ValidationError(_("Nothing stands for %(names)s. What may be used is listed below.") % {"names": names})
    return text


def placeholders() -> list[tuple[str, str]]:
    """What may be written into a text, and what it says."""
    return [(f"{{{name}}}", str(meaning)) for name, meaning in PLACEHOLDERS.items()]
