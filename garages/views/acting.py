"""What the views of settings share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from garages.access import StaffRequest
from garages.errors import DomainError
from garages.idempotency import once
from garages.tenancy.models import TenantModel


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form's first argument; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def attempt(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Run `act` when the form is filled in well. A rule's refusal becomes an error of the form. Whether it was done."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def attempt_once(form: forms.Form, name: str, make: Callable[[], TenantModel]) -> bool:
    """The same for what creates a row: the same form sent twice makes one."""
    data = cast("QueryDict", form.data)  # forms of pages are bound to the request's own data
    return attempt(form, lambda: once(data, name, lambda: str(make().public_id)))


def to_affected(request: StaffRequest, asked: Mapping[str, Any]) -> HttpResponse:
    """On to the bookings that what was just noted hits, with another time for each (COMP-25)."""
    return redirect(f"{reverse('bookings:affected', args=[request.garage.slug])}?{urlencode(asked)}")


def answer(request: HttpRequest, template: str, context: dict[str, Any], *form_list: forms.Form) -> HttpResponse:
    """The page; with status 422 when a form on it has errors."""
    wrong = any(form.is_bound and form.errors for form in form_list)
    path = template if "/" in template else f"garages/settings/{template}"
    return render(request, path, context, status=422 if wrong else 200)
