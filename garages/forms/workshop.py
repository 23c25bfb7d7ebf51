"""Bays, vehicle types, skills, technicians."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from garages.enums import BayKind
from garages.forms.fields import AfterField
from garages.models import Bay, CourtesyCar, Garage, Membership, Skill, Technician, VehicleType
from garages.selectors import team_of


class BayForm(forms.Form):
    """A bay: its name and what it is equipped for."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=BayKind, initial=BayKind.GENERAL)


class BayEditForm(BayForm):
    """A bay that is there already."""

    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def __init__(self, data: QueryDict | None, *, bay: Bay) -> None:
        super().__init__(data, initial={"name": bay.name, "kind": bay.kind, "is_active": bay.is_active})
        self.fields["after"] = AfterField(rows=Bay.objects.all(), row=bay)


class VehicleTypeForm(forms.Form):
    """A vehicle type: its name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)


class VehicleTypeEditForm(VehicleTypeForm):
    """A vehicle type that is there already."""

    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def __init__(self, data: QueryDict | None, *, vehicle_type: VehicleType) -> None:
        super().__init__(data, initial={"name": vehicle_type.name, "is_active": vehicle_type.is_active})
        self.fields["after"] = AfterField(rows=VehicleType.objects.all(), row=vehicle_type)


class CourtesyCarForm(forms.Form):
    """A courtesy car: what the team calls it."""

    name = forms.CharField(label=gettext_lazy("Name and plate"), max_length=40)


class CourtesyCarEditForm(CourtesyCarForm):
    """A courtesy car that is there already."""

    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def __init__(self, data: QueryDict | None, *, car: CourtesyCar) -> None:
        super().__init__(data, initial={"name": car.name, "is_active": car.is_active})
        self.fields["after"] = AfterField(rows=CourtesyCar.objects.all(), row=car)


class SkillForm(forms.Form):
    """A skill: its name."""

    name = forms.CharField(label=gettext_lazy("Skill"), max_length=60)


class TechnicianForm(forms.Form):
    """A technician: name, skills, and the log-in when they have one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)

    def __init__(self, data: QueryDict | None, *, garage: Garage, technician: Technician | None = None) -> None:
        super().__init__(data, initial=_values_of(technician) if technician else None)
        self.fields["skills"] = forms.ModelMultipleChoiceField(
            label=_("Skills"),
            queryset=Skill.objects.all(),
            to_field_name="public_id",
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        linked = Technician.objects.exclude(membership=None)
        taken = linked.exclude(pk=technician.pk) if technician else linked
        self.fields["membership"] = _LogInField(
            label=_("Log-in"),
            queryset=team_of(garage).exclude(pk__in=taken.values("membership")),
            empty_label=pgettext("log-in", "None"),
            required=False,
        )
        if technician:
            self.fields["is_active"] = forms.BooleanField(label=_("Works here"), required=False)
            self.fields["after"] = AfterField(rows=Technician.objects.all(), row=technician)


def _values_of(technician: Technician) -> dict[str, Any]:
    return {
        "name": technician.name,
        "skills": [skill.public_id for skill in technician.skills.all()],
        "membership": technician.membership_id,
        "is_active": technician.is_active,
    }


class _LogInField(forms.ModelChoiceField):
    """People by name with their e-mail: two may share a name."""

    def label_from_instance(self, member: Membership) -> str:
        return f"{member.user.name} · {member.user.email}" if member.user.name else member.user.email
