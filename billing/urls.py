"""Addresses of invoices, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import path

from billing.views import acts, drafts, lists, sheet

app_name = "billing"
urlpatterns = [
    path("invoices/", lists.invoices, name="invoices"),
    path("invoices/unpaid/", lists.unpaid, name="unpaid"),
    path("invoices/of-booking/<slug:reference>/", lists.of_booking, name="of-booking"),
    path("invoices/of-booking/<slug:reference>/draft/", drafts.draft, name="draft"),
    path("invoices/of-customer/<uuid:public_id>/", lists.of_customer, name="of-customer"),
    path("invoices/of-customer/<uuid:public_id>/draft/", drafts.draft_for_customer, name="draft-for"),
    path("invoices/<uuid:invoice>/", sheet.invoice, name="invoice"),
    path("invoices/<uuid:invoice>/lines/add/", drafts.line_add, name="line-add"),
    path("invoices/<uuid:invoice>/lines/<uuid:line>/change/", drafts.line_change, name="line-change"),
    path("invoices/<uuid:invoice>/lines/<uuid:line>/remove/", drafts.line_remove, name="line-remove"),
    path("invoices/<uuid:invoice>/notes/", drafts.notes, name="notes"),
    path("invoices/<uuid:invoice>/discard/", drafts.discard_draft, name="discard"),
    path("invoices/<uuid:invoice>/issue/", acts.issue_draft, name="issue"),
    path("invoices/<uuid:invoice>/issue/undo/", acts.issue_undo, name="issue-undo"),
    path("invoices/<uuid:invoice>/pay/", acts.take_payment, name="pay"),
    path("invoices/<uuid:invoice>/payments/<uuid:payment>/undo/", acts.payment_undo, name="payment-undo"),
    path("invoices/<uuid:invoice>/void/", acts.declare_void, name="void"),
    path("invoices/<uuid:invoice>/void/undo/", acts.void_undo, name="void-undo"),
]
