"""What the desk types, made into what the services need. Forms parse and word errors; they decide nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.days import DayField, in_calendar
from bookings.enums import Awaiting, DropOff, Priority
from bookings.models import Booking
from bookings.slots import moment
from bookings.typed import Field
from customers.enums import Kind
from customers.models import Customer
from customers.names import fold, split_name
from customers.phones import national, parse
from fleet.forms import ChosenOrTyped
from fleet.models import Vehicle
from fleet.plates import display
from garages import formats
from garages.models import Technician
from garages.rows import named
from garages.setup import CourtesyCarInfo, ServiceInfo, Setup, VehicleTypeInfo


class ServicesField(forms.Field):
    """Any number of services of the menu, in the order given: `service=<id>&service=<id>`. Blank ones are left out."""

    widget = forms.MultipleHiddenInput  # the template draws one select a line

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.menu: dict[str, ServiceInfo] = {}

    def clean(self, value: Sequence[str] | None) -> list[ServiceInfo]:
        chosen = list(dict.fromkeys(item for item in value or [] if item))
        if not chosen and self.required:
            raise forms.ValidationError(_("Choose a service."), code="required")
        try:
            return [self.menu[item] for item in chosen]
        except KeyError:
            raise forms.ValidationError(_("This service is no longer on the menu."), code="invalid") from None


class WallClockField(forms.DateTimeField):
    """A moment typed in the zone that is active on the page."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            typed = datetime.fromisoformat(value)
        except ValueError:
            typed = None
        if typed is None or not in_calendar(typed.date()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment(typed.date(), typed.time(), timezone.get_current_timezone())


class _JobForm(forms.Form):
    """The part that making and editing share: type, services, time, notes."""

    vehicle_type = forms.CharField(label=_("Vehicle type"), required=False)
    service = ServicesField(label=_("Service"))
    date = DayField(label=_("Date"), required=False)
    other_date = DayField(required=False)
    time = forms.TimeField(label=_("Time"), required=False, input_formats=["%H:%M", "%H:%M:%S"])
    workshop_notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea, max_length=4000)
    internal_notes = forms.CharField(label=_("Internal notes"), required=False, widget=forms.Textarea, max_length=4000)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    drop_off = forms.ChoiceField(
        label=_("The car"), choices=DropOff, initial=DropOff.DROP, required=False, widget=forms.RadioSelect
    )
    courtesy_car = forms.CharField(required=False)
    overbook_at = WallClockField(label=_("Overbooked start"), required=False)
    overbook_reason = forms.CharField(label=_("Reason to overbook"), required=False, max_length=200)

    def __init__(self, *args: Any, setup: Setup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup = setup
        services = self.fields["service"]
        assert isinstance(services, ServicesField)
        services.menu = setup.services_by_id

    def clean(self) -> None:
        data = self.cleaned_data
        # A day picked from the calendar that the form was not drawn again for; its times are not known yet.
        if data.get("other_date"):
            data["date"], data["time"] = data["other_date"], None
        self._read_overbooking()
        if not data.get("date") and "date" not in self.errors:
            self.add_error("date", _("Choose a date."))

    def _read_overbooking(self) -> None:
        """A start that is not offered stands in a field of its own, with why it is taken all the same."""
        data = self.cleaned_data
        start: datetime | None = data.get("overbook_at")
        if start is None and data.get("overbook_reason"):
            self.add_error("overbook_at", _("When does it start?"))
        if start is None:
            return
        if not data.get("overbook_reason"):
            self.add_error("overbook_reason", _("Say why: the reason is marked on the booking."))
        local = start.astimezone(self.setup.garage.zone)
        data["date"], data["time"] = local.date(), local.time()
        for offered in ("date", "time"):
            self.errors.pop(offered, None)

    def clean_vehicle_type(self) -> VehicleTypeInfo | None:
        """None where nothing was said: never for a type that is not known, which has other prices."""
        chosen = self.cleaned_data["vehicle_type"]
        if chosen and chosen not in self.setup.vehicle_types_by_id:
            raise forms.ValidationError(
                _("The vehicle type chosen before is no longer in use. Choose one of these."), code="invalid"
            )
        return self.setup.vehicle_types_by_id.get(chosen)

    def clean_courtesy_car(self) -> CourtesyCarInfo | None:
        """The one wished for; None is any that is free."""
        wished = self.cleaned_data["courtesy_car"]
        return next((car for car in self.setup.courtesy_cars if car.public_id == wished), None)

    def clean_drop_off(self) -> DropOff:
        return DropOff(self.cleaned_data["drop_off"] or DropOff.DROP)

    @property
    def priority(self) -> Priority:
        return Priority.URGENT if self.cleaned_data["urgent"] else Priority.NORMAL

    @property
    def starts_at(self) -> datetime | None:
        """The wished-for moment in UTC; None when only the day was given."""
        wall: time | None = self.cleaned_data.get("time")
        day: date | None = self.cleaned_data.get("date")
        return moment(day, wall, self.setup.garage.zone) if day and wall else None


class BookingForm(_JobForm):
    """The walk-in form: customer, vehicle, service and time."""

    kind = forms.ChoiceField(label=_("Customer type"), choices=Kind, initial=Kind.INDIVIDUAL, required=False)
    customer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    path = forms.CharField(required=False, widget=forms.HiddenInput)
    phone_region = forms.CharField(label=_("Country code"), required=False, max_length=2)
    phone = forms.CharField(
        label=_("Phone number"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    new_person = forms.BooleanField(label=_("Somebody else with this number"), required=False)
    company_name = forms.CharField(label=_("Company"), required=False, max_length=120)
    first_name = forms.CharField(label=_("First name"), required=False, max_length=80)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=80)
    email = forms.EmailField(label=_("Email"), required=False)
    vehicle = forms.CharField(label=_("Vehicle"), required=False)
    registration = forms.CharField(label=_("Registration"), required=False, max_length=16)
    make = forms.CharField(label=_("Make"), required=False, max_length=60, widget=ChosenOrTyped)
    model = forms.CharField(label=_("Model"), required=False, max_length=80, widget=ChosenOrTyped)
    confirmed = forms.BooleanField(label=_("Confirm at once"), required=False)
    hold = forms.UUIDField(required=False, widget=forms.HiddenInput)
    take_over = forms.MultipleChoiceField(
        choices=[(field, field) for field in (Field.PHONE, Field.EMAIL)],
        required=False,
        widget=forms.MultipleHiddenInput,
        help_text="what the known customer has from now on as it was typed",
    )

    def clean_kind(self) -> Kind:
        return Kind(self.cleaned_data["kind"] or Kind.INDIVIDUAL)

    def clean_registration(self) -> str:
        registration: str = self.cleaned_data["registration"]
        if registration and not any(sign.isalnum() for sign in registration):
            raise forms.ValidationError(_("A registration has letters or digits."))
        return registration

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get("first_name") and not data.get("last_name") and "last_name" not in self.errors:
            data["first_name"], data["last_name"] = split_name(data["first_name"])
        kind = data.get("kind") or Kind.INDIVIDUAL
        if kind == Kind.BUSINESS and not data.get("company_name"):
            self.add_error("company_name", _("Which company is it?"))
        for asked_for in self.setup.garage.intake:
            if not data.get(asked_for) and asked_for not in self.errors:
                self.add_error(asked_for, _("This garage makes no booking without it."))
        if kind == Kind.INDIVIDUAL and not (data.get("first_name") or data.get("last_name")):
            self.add_error("first_name", _("A name is needed: first or last."))

    def chosen_customer(self) -> Customer | None:
        """The customer picked from the matches, as long as the form still speaks of them: after another number AND
        another name were typed over it, the pick is void."""
        public_id: uuid.UUID | None = self.cleaned_data.get("customer")
        customer = Customer.objects.filter(public_id=public_id).first() if public_id else None
        if customer is None:
            return None
        data = self.cleaned_data
        typed_digits = _digits(data["phone"]).lstrip("0")
        same_phone = bool(typed_digits) and customer.phone_digits.endswith(typed_digits)
        typed = data["company_name"] if customer.is_business else f"{data['first_name']} {data['last_name']}"
        return customer if same_phone or fold(typed) == fold(customer.name) else None

    def chosen_vehicle(self, customer: Customer) -> Vehicle | None:
        """The car picked from the customer's, as long as no other registration was typed over it."""
        picked = self.cleaned_data["vehicle"]
        vehicle = named(Vehicle.objects.filter(customer=customer), picked) if picked else None
        typed = "".join(sign for sign in self.cleaned_data["registration"].upper() if sign.isalnum())
        return vehicle if vehicle and typed in ("", vehicle.registration) else None

    @property
    def typed_phone(self) -> str:
        """The number as typed; one of another country with its code, so that it can be read without the choice beside
        it."""
        data, home = self.cleaned_data, self.setup.garage.phone_region
        region = data["phone_region"] or home
        number = parse(data["phone"], region)
        return national(number.e164, home) if number.e164 and region != home else data["phone"]

    @property
    def typed_name(self) -> str:
        data = self.cleaned_data
        person = f"{data['first_name']} {data['last_name']}".strip()
        return data["company_name"] if data["kind"] == Kind.BUSINESS else person


class EditForm(_JobForm):
    """What may be changed on a booking that was made."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    vehicle = forms.ChoiceField(label=_("Vehicle"), required=False)
    technician = forms.ChoiceField(label=_("Technician"), required=False)

    def __init__(self, *args: Any, booking: Booking, vehicles: Sequence[Vehicle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booking = booking
        self.vehicles = {str(vehicle.public_id): vehicle for vehicle in vehicles}
        vehicle_field, technician_field = self.fields["vehicle"], self.fields["technician"]
        assert isinstance(vehicle_field, forms.ChoiceField)
        assert isinstance(technician_field, forms.ChoiceField)
        vehicle_field.choices = [
            ("", _("No vehicle")),
            *((key, self.shown(car)) for key, car in self.vehicles.items()),
        ]
        technicians = {person.public_id: person.name for person in self.setup.technicians}
        if booking.technician is not None:  # also one who works here no longer
            technicians.setdefault(str(booking.technician.public_id), booking.technician.name)
        technician_field.choices = [("", _("Nobody yet")), *technicians.items()]
        self.fields["time"].required = True

    def shown(self, car: Vehicle) -> str:
        """Plate and car, the plate as the country writes it."""
        return f"{display(car.registration, self.setup.garage.country)} {car.description}".strip()

    def clean_vehicle(self) -> Vehicle | None:
        return self.vehicles.get(self.cleaned_data["vehicle"])

    def clean_technician(self) -> Technician | None:
        public_id = self.cleaned_data["technician"]
        return Technician.objects.filter(public_id=public_id).first() if public_id else None

    def prices(self) -> dict[int, int]:
        """Prices typed over the agreed ones: service key -> minor units. Fields `price-<service id>`, managers only."""
        garage = self.setup.garage
        locale = formats.locale_of(garage)
        typed: dict[int, int] = {}
        for service in self.cleaned_data.get("service") or []:
            text = self.data.get(f"price-{service.public_id}", "").strip()
            if text:
                try:
                    typed[service.pk] = formats.parse_money(text, garage.currency, locale)
                except formats.AmountError as error:
                    self.add_error("service", str(error))
        return typed


class ArrivalForm(forms.Form):
    """What is noted when a car comes."""

    key_tag = forms.CharField(label=_("Key tag"), required=False, max_length=12)
    parking = forms.CharField(label=_("Parking place"), required=False, max_length=20)
    drop_off = forms.ChoiceField(label=_("The car"), choices=DropOff, widget=forms.RadioSelect)


class MarksForm(ArrivalForm):
    """All marks of a booking."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    awaiting = forms.ChoiceField(
        label=_("Waiting for"), choices=[("", _("Nothing")), *Awaiting.choices], required=False
    )
    collect_at = WallClockField(label=_("Collection"), required=False)
    overnight = forms.BooleanField(label=_("Stays overnight"), required=False)


class ReasonForm(forms.Form):
    """Why something is cancelled or declined."""

    reason = forms.CharField(label=_("Reason"), max_length=200, error_messages={"required": _("Say why.")})


class DeclineForm(forms.Form):
    """Why a request is declined: the usual words, or one's own, which go before them."""

    preset = forms.ChoiceField(
        label=_("Usual reasons"),
        choices=[
            ("room", _("We have no room that day.")),
            ("offer", _("We do not offer this.")),
            ("vehicle", _("We cannot take this vehicle.")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def clean(self) -> None:
        usual = dict(self.fields["preset"].choices)  # type: ignore[attr-defined]  # a choice field has them
        data = self.cleaned_data
        data["reason"] = data.get("reason") or str(usual.get(data.get("preset"), ""))
        if not data["reason"] and "reason" not in self.errors:
            self.add_error("reason", _("Say why."))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
