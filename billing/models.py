"""Invoices, their lines, what was paid, and the numbers they got."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.enums import LineKind, Standing, Way
from billing.sums import amount_of
from bookings.models import Booking
from customers.models import Customer
from garages.history import track
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel


@track(exclude=["created_at"])
class Invoice(TenantModel):
    """What a customer is asked to pay. Money is whole minor units of the garage's currency, which never changes.

    Who sends it, to whom and for which vehicle are copies: an issued invoice says for good what it said, whatever
    becomes of the records (the law has it kept). Triggers see to that, and to its lines. `total` is the sum of the
    lines, `paid` of the payments. `vat_percent` is the garage's own when it was drafted; None where no VAT is shown.
    `is_automatic` was drafted by itself, `follows_booking` until somebody changes it by hand.
    """

    booking = TenantForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.PROTECT, related_name="invoices", null=True, blank=True
    )
    customer = TenantForeignKey(Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="invoices")
    status = models.CharField(_("status"), max_length=6, choices=Standing, default=Standing.DRAFT)
    number = models.CharField(_("number"), max_length=16, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)

    seller_name = models.CharField(_("from"), max_length=120)
    seller_address = models.TextField(_("address of the garage"), blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=30, blank=True)
    vat_percent = models.DecimalField(_("VAT in %"), max_digits=4, decimal_places=2, null=True, blank=True)
    bill_name = models.CharField(_("for"), max_length=200)
    bill_contact = models.CharField(_("to the attention of"), max_length=200, blank=True)
    bill_address = models.TextField(_("billing address"), blank=True)
    purchase_order = models.CharField(_("purchase-order number"), max_length=40, blank=True)
    registration = models.CharField(_("registration"), max_length=16, blank=True)
    vehicle = models.CharField(_("vehicle"), max_length=120, blank=True)
    notes = models.TextField(_("below the lines"), blank=True)

    total = models.PositiveBigIntegerField(_("total"), default=0)
    paid = models.PositiveBigIntegerField(_("paid"), default=0)
    void_reason = models.CharField(_("void because"), max_length=200, blank=True)
    is_automatic = models.BooleanField(default=False, editable=False)
    follows_booking = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("drafted"), auto_now_add=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["garage", "-id"], name="billing_invoices_latest"),
            models.Index(fields=["garage", "status", "-id"], name="billing_invoices_standing"),
            models.Index(fields=["garage", "customer", "-id"], name="billing_invoices_of_customer"),
            models.Index(fields=["garage", "booking"], name="billing_invoices_of_booking"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Standing.values), name="billing_invoice_status"),
            models.UniqueConstraint(
                fields=["garage", "number"], condition=~Q(number=""), name="billing_invoice_number"
            ),
            models.UniqueConstraint(
                fields=["garage", "booking"],
                condition=~Q(status=Standing.VOID),
                name="billing_invoice_once",
                violation_error_message=_("This booking has an invoice."),
            ),
            models.CheckConstraint(
                condition=Q(status=Standing.DRAFT, number="", issued_on=None, due_on=None)
                | ~Q(status=Standing.DRAFT) & ~Q(number="") & Q(issued_on__isnull=False, due_on__gte=F("issued_on")),
                name="billing_invoice_issued",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(Standing.DRAFT, Standing.VOID), paid=0)
                | Q(status=Standing.ISSUED, paid__lt=F("total"))
                | Q(status=Standing.PAID, paid=F("total")),
                name="billing_invoice_paid",
            ),
            models.CheckConstraint(
                condition=Q(status=Standing.VOID) & ~Q(void_reason="") | ~Q(status=Standing.VOID) & Q(void_reason=""),
                name="billing_invoice_void",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    @property
    def owed(self) -> int:
        return self.total - self.paid


@track()
class InvoiceLine(TenantModel):
    """One thing on an invoice. `unit_price` is what the customer pays for one, VAT included; `vat_percent` None is
    outside VAT."""

    invoice = TenantForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=6, choices=LineKind, default=LineKind.LABOUR)
    text = models.CharField(_("description"), max_length=120)
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    unit_price = models.PositiveIntegerField(_("price"), help_text="minor units of the garage's currency, with VAT")
    vat_percent = models.DecimalField(_("VAT in %"), max_digits=4, decimal_places=2, null=True, blank=True)

    objects = TenantManager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["garage", "invoice", "position"], name="billing_lines_of")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="billing_invoiceline_kind"),
            models.CheckConstraint(condition=~Q(text=""), name="billing_invoiceline_text"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="billing_invoiceline_quantity"),
            models.CheckConstraint(
                condition=Q(vat_percent=None) | Q(vat_percent__gte=0), name="billing_invoiceline_vat"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def amount(self) -> int:
        """What the customer pays for it."""
        return amount_of(self)


@track()
class Payment(TenantModel):
    """Money that came in for an invoice. One taken by mistake is deleted; its history stays."""

    invoice = TenantForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    amount = models.PositiveBigIntegerField(_("amount"), help_text="minor units of the garage's currency")
    way = models.CharField(_("way"), max_length=8, choices=Way)
    taken_at = models.DateTimeField(_("when"), auto_now_add=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )

    objects = TenantManager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["garage", "invoice"], name="billing_payments_of")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="billing_payment_amount"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="billing_payment_way"),
        ]

    def __str__(self) -> str:
        return self.get_way_display()


class NumberSeries(TenantModel):
    """The last number a garage gave to an invoice of a year. Its row is locked while one is given, so numbers come in
    order and without a gap: what is rolled back gave none."""

    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    objects = TenantManager()

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["garage", "year"], name="billing_numberseries_year")]

    def __str__(self) -> str:
        return number_of(self.year, self.last)


def number_of(year: int, serial: int) -> str:
    """How an invoice's number is written."""
    return f"{year}-{serial:04}"
