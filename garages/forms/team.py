"""The people of the garage."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from garages.enums import Role
from garages.models import Membership
from garages.selectors import team_of


def grantable(by: Membership) -> list[tuple[str, str]]:
    """The roles this person may give: none above their own."""
    return [(role.value, str(role.label)) for role in Role if by.at_least(role)]


class InviteForm(forms.Form):
    """A colleague to invite."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Email"))

    def __init__(self, data: QueryDict | None = None, *, by: Membership) -> None:
        super().__init__(data)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=grantable(by), initial=Role.RECEPTIONIST, widget=forms.RadioSelect
        )


class MemberForm(forms.Form):
    """Which colleague a button of the team page is about."""

    def __init__(self, data: QueryDict | None = None, *, by: Membership) -> None:
        super().__init__(data)
        self.fields["member"] = forms.ModelChoiceField(
            queryset=team_of(by.garage),
            widget=forms.HiddenInput,
            error_messages={"invalid_choice": _("This person is not on the team any more.")},
        )


class RoleForm(MemberForm):
    """A colleague and their new role."""

    def __init__(self, data: QueryDict | None = None, *, by: Membership) -> None:
        super().__init__(data, by=by)
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=Role.choices)
