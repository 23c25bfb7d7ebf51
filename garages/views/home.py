"""Where a log-in leads, and a person's own choices."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as django_set_language
from django_htmx.http import HttpResponseClientRedirect

from garages.access import StaffRequest, public, signed_in, staff
from garages.enums import Role
from garages.forms.preferences import PreferencesForm
from garages.homes import home_of
from garages.models import User
from garages.selectors import memberships_of
from garages.services.preferences import set_preferences


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The home of one's role; a choice when one works in several garages."""
    user = cast("User", request.user)
    memberships = memberships_of(user)
    if len(memberships) == 1:
        return redirect(home_of(memberships[0]))
    if not memberships and user.is_staff:
        return redirect("admin:index")
    choices = [{"membership": membership, "url": home_of(membership)} for membership in memberships]
    return render(request, "garages/home.html", {"choices": choices})


@staff(Role.TECHNICIAN)
@require_GET
def here(request: StaffRequest, garage: str) -> HttpResponse:
    """The same in this garage: where an address is cut short."""
    return redirect(home_of(request.membership))


@signed_in
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep language, colours or rows per page, and go back to where the person was."""
    form = PreferencesForm(request.POST)
    if form.is_valid() and form.changes:
        set_preferences(cast("User", request.user), form.changes)
    back = _safe(request, request.POST.get("next", ""))
    return HttpResponseClientRedirect(back) if getattr(request, "htmx", False) else redirect(back)


@public
def set_language(request: HttpRequest) -> HttpResponse:
    """The language of somebody who is not logged in, kept in a cookie."""
    return django_set_language(request)


def _safe(request: HttpRequest, address: str) -> str:
    """The address when it is on this site, else the home page."""
    hosts = {request.get_host()}
    allowed = url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=request.is_secure())
    return address if allowed else "/"
