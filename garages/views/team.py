"""Who works in the garage."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.forms.team import InviteForm, MemberForm, RoleForm, grantable
from garages.idempotency import once
from garages.models import Membership
from garages.selectors import team_of
from garages.services.mailbox import undelivered
from garages.services.team import awaits_first_login, change_role, invite, remove, send_again
from garages.views.acting import answer, attempt, posted


@staff(Role.MANAGER)
def team(request: StaffRequest, garage: str) -> HttpResponse:
    """The people with their roles, and a form to invite one."""
    form = InviteForm(posted(request), by=request.membership)
    if attempt(form, lambda: _invite(request, form)):
        messages.success(request, _("%(name)s is on the team; an e-mail tells them how to log in") % form.cleaned_data)
        return redirect("garages:team", request.garage.slug)
    return _page(request, form)


@staff(Role.MANAGER)
@require_POST
def team_role(request: StaffRequest, garage: str) -> HttpResponse:
    """Give somebody another role."""
    form = RoleForm(request.POST, by=request.membership)

    def act(member: Membership) -> str:
        change_role(member, Role(form.cleaned_data["role"]), by=request.membership)
        return _("%(name)s: now %(role)s") % {"name": member.user, "role": Role(form.cleaned_data["role"]).label}

    return _with_member(request, form, act)


@staff(Role.MANAGER)
@require_POST
def team_remove(request: StaffRequest, garage: str) -> HttpResponse:
    """Take somebody off the team."""

    def act(member: Membership) -> str:
        remove(member, by=request.membership)
        return _("%(name)s is off the team") % {"name": member.user}

    return _with_member(request, MemberForm(request.POST, by=request.membership), act)


@staff(Role.MANAGER)
@require_POST
def team_send_again(request: StaffRequest, garage: str) -> HttpResponse:
    """Welcome somebody once more who has not logged in yet."""

    def act(member: Membership) -> str:
        send_again(member, by=request.membership)
        return _("A new e-mail with a temporary password goes to %(name)s") % {"name": member.user}

    return _with_member(request, MemberForm(request.POST, by=request.membership), act)


def _with_member(request: StaffRequest, form: MemberForm, act: Callable[[Membership], str]) -> HttpResponse:
    """Do something about one colleague; what a rule refuses is said above the list."""
    said: list[str] = []
    if attempt(form, lambda: said.append(act(form.cleaned_data["member"]))):
        messages.success(request, said[0])
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    # Somebody who has just made themselves something lower may not see this page: home knows where they may go.
    me = team_of(request.garage).filter(pk=request.membership.pk).first()
    still_theirs = me is not None and me.at_least(Role.MANAGER)
    return redirect("garages:team", request.garage.slug) if still_theirs else redirect("home")


def _invite(request: StaffRequest, form: InviteForm) -> None:
    data = form.cleaned_data
    invitation = {"email": data["email"], "name": data["name"], "by": request.membership}
    once(request.POST, "invite", lambda: str(invite(role=Role(data["role"]), **invitation).pk))


def _page(request: StaffRequest, form: InviteForm) -> HttpResponse:
    me = request.membership
    team = list(team_of(request.garage))
    lost = undelivered([member.pk for member in team])
    people = [
        {
            "member": member,
            "is_me": member.pk == me.pk,
            "is_lost": member.pk in lost,
            "awaited": awaits_first_login(member.user),
            "may_change": me.at_least(Role(member.role)),
            "other_roles": [(role, label) for role, label in grantable(me) if role != member.role],
        }
        for member in team
    ]
    context = {"form": form, "people": people, "mail_is_sandbox": settings.EMAIL_IS_SANDBOX}
    return answer(request, "team.html", context, form)
