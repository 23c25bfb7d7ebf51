"""The customers of the garage and what they drive: list and profile."""

from __future__ import annotations

import uuid
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_POST

from customers.enums import Kind
from customers.labels import known_labels, labelled
from customers.models import LONGEST_LABEL, Customer
from customers.selectors import meant_by, same_number
from fleet.mot import SOON, mot_calendar
from fleet.selectors import NO_VEHICLES, fleets_of, search_customers, vehicles_of
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page
from garages.words import words_of

ROWS_CHOICES: Final = (10, 25, 50, 100)
SHARERS_SHOWN: Final = 10
VEHICLES_SHOWN: Final = 60
LARGE_PLATES: Final = 4  # more of the yellow ones would drown the page


class _Counted(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """A paginator that was told the total, because the filters' counts already know it."""

    total = 0

    @cached_property
    def count(self) -> int:
        return self.total


@staff(Role.RECEPTIONIST)
@require_GET
def customer_list(request: StaffRequest, garage: str) -> HttpResponse:
    """Everybody, or those whose name, number or plate fits `q`; `kind` shows private people or businesses only, `label`
    those who have it."""
    query = " ".join(words_of(request.GET).split())
    kind = request.GET.get("kind", "")
    found = search_customers(query, region=request.garage.phone_region)
    label = words_of(request.GET, "label")[:LONGEST_LABEL]
    if label:
        found = labelled(found, label)
    counts = found.order_by().aggregate(
        all=Count("pk"), **{value: Count("pk", filter=Q(kind=value)) for value in Kind.values}
    )
    kind = kind if kind in Kind.values else ""
    page = _page(request, found.filter(kind=kind) if kind else found, counts[kind or "all"])
    fleets = fleets_of(page.object_list, sought=query)
    companies = [customer for customer in page.object_list if customer.is_business] if query else []
    meant = meant_by(query, companies, region=request.garage.phone_region) if companies else {}
    context = {
        "query": query,
        "kind": kind,
        "label": label,
        "labels": known_labels(),
        "filters": [(value, label, counts[value]) for value, label in Kind.choices],
        "all_count": counts["all"],
        "page": page,
        "rows": [
            (customer, fleets.get(customer.pk, NO_VEHICLES), meant.get(customer.pk)) for customer in page.object_list
        ],
        "rows_choices": ROWS_CHOICES,
        "now": request.garage.now(),
        "may_merge": request.membership.at_least(Role.MANAGER),
    }
    return render_page(request, "customers/list.html", context, part="customer-list")


@staff(Role.RECEPTIONIST)
@require_POST
def rows(request: StaffRequest, garage: str) -> HttpResponse:
    """Remember how many rows this person wants to see."""
    wanted = request.POST.get("rows", "")
    if wanted in map(str, ROWS_CHOICES):
        request.user.rows_per_page = int(wanted)
        request.user.save(update_fields=["rows_per_page"])
    query = request.GET.urlencode()
    return redirect(reverse("customers:list", args=[garage]) + (f"?{query}" if query else ""))


@staff(Role.RECEPTIONIST)
@require_GET
def customer(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    customer = get_object_or_404(Customer.everything.all(), public_id=public_id)
    if customer.merged_into is not None:
        return redirect("customers:detail", garage=garage, public_id=customer.merged_into.public_id)
    vehicles = list(vehicles_of(customer)[: VEHICLES_SHOWN + 1])
    context = {
        "customer": customer,
        "vehicles": vehicles[:VEHICLES_SHOWN],
        "hero": len(vehicles) <= LARGE_PLATES,
        "shown": VEHICLES_SHOWN if len(vehicles) > VEHICLES_SHOWN else None,
        "sharers": same_number(customer)[:SHARERS_SHOWN],
    }
    if customer.is_business:
        today = request.garage.today()
        context |= {"now": request.garage.now(), "today": today, "soon": today + SOON}
        context["contacts"] = customer.contacts.all()
        context["calendar"] = mot_calendar(customer, today=today)
    return render(request, "customers/detail.html", context)


def _page(request: StaffRequest, found: object, total: int) -> Page[Customer]:
    paginator = _Counted(found, max(1, request.user.rows_per_page))  # type: ignore[arg-type]
    paginator.total = total
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    return page
