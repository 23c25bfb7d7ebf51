"""The people and companies a garage works for."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from customers import phones
from customers.enums import Channel, ConsentSource, ContactRole, Kind, Purpose
from customers.names import fold
from garages.fields import Digits, ReversedDigits, SearchKey
from garages.history import track
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel, UnmergedManager

LONGEST_LABEL: Final = 30
MOST_LABELS: Final = 12


@track(exclude=["search_name", "phone_digits", "phone_reversed", "created_at", "updated_at"])
class Customer(TenantModel):
    """A person, or a business with the person to ask for there.

    Identified inside one garage by phone number; several people may share one. What was typed as a number is always
    kept: `phone` is its E.164 form when it has one, and an odd number never stops anybody from saving.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.INDIVIDUAL)
    company_name = models.CharField(_("company"), max_length=120, blank=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = PhoneNumberField(_("phone number"), blank=True)
    phone_typed = models.CharField(_("phone number as typed"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, blank=True)
    preferred_channel = models.CharField(_("preferred channel"), max_length=6, choices=Channel, blank=True)
    labels = ArrayField(
        models.CharField(max_length=LONGEST_LABEL),
        verbose_name=_("labels"),
        default=list,
        blank=True,
        size=MOST_LABELS,
        help_text=_("the garage's own short words for customers, in alphabetical order"),
    )
    referral = models.CharField(_("found us by"), max_length=60, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    purchase_order = models.CharField(_("purchase-order number"), max_length=40, blank=True)
    billing_address = models.TextField(_("billing address"), blank=True)
    merged_into = TenantForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        related_name="merged",
        null=True,
        editable=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    search_name = models.GeneratedField(
        expression=SearchKey("company_name", "first_name", "last_name"),
        output_field=models.TextField(),
        db_persist=True,
    )
    phone_digits = models.GeneratedField(
        expression=Digits("phone", otherwise="phone_typed"), output_field=models.TextField(), db_persist=True
    )
    phone_reversed = models.GeneratedField(
        expression=ReversedDigits("phone", otherwise="phone_typed"), output_field=models.TextField(), db_persist=True
    )

    objects = UnmergedManager()
    everything = TenantManager()

    class Meta:
        ordering = ["search_name", "pk"]
        indexes = [
            models.Index(
                fields=["garage", "merged_into"], condition=Q(merged_into__isnull=False), name="customers_merged"
            ),
            models.Index(fields=["garage", "phone_digits"], name="customers_phone"),
            models.Index(fields=["garage", "phone_reversed"], name="customers_phone_end"),
            models.Index(fields=["garage", "search_name", "id"], include=["merged_into"], name="customers_by_name"),
            models.Index(
                fields=["garage", "search_name", "id"], condition=Q(kind=Kind.BUSINESS), name="customers_companies"
            ),
            GinIndex(F("garage"), OpClass(F("search_name"), name="gin_trgm_ops"), name="customers_name_parts"),
            GinIndex(fields=["garage", "labels"], condition=~Q(labels=[]), name="customers_labels"),
            models.Index(fields=["garage", "referral"], condition=~Q(referral=""), name="customers_referrals"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.INDIVIDUAL) | ~Q(company_name=""),
                name="customers_customer_company",
                violation_error_message=_("A business needs its name."),
            ),
            models.CheckConstraint(
                condition=~Q(first_name="", last_name="", company_name=""),
                name="customers_customer_named",
                violation_error_message=_("A customer needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the desk calls them: the company, or the person."""
        return self.company_name if self.is_business else self.contact_name

    @property
    def contact_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_business(self) -> bool:
        return self.kind == Kind.BUSINESS


@track(exclude=["search_name", "phone_digits", "phone_reversed", "created_at", "updated_at"])
class Contact(TenantModel):
    """Somebody else to ask for at a company. The person on the customer's own row is the main one."""

    customer = TenantForeignKey(Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(_("role"), max_length=10, choices=ContactRole)
    name = models.CharField(_("name"), max_length=120)
    phone = PhoneNumberField(_("phone number"), blank=True)
    phone_typed = models.CharField(_("phone number as typed"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    search_name = models.GeneratedField(expression=SearchKey("name"), output_field=models.TextField(), db_persist=True)
    phone_digits = models.GeneratedField(
        expression=Digits("phone", otherwise="phone_typed"), output_field=models.TextField(), db_persist=True
    )
    phone_reversed = models.GeneratedField(
        expression=ReversedDigits("phone", otherwise="phone_typed"), output_field=models.TextField(), db_persist=True
    )

    objects = TenantManager()

    class Meta:
        ordering = ["role", "name", "pk"]
        indexes = [
            models.Index(fields=["garage", "customer", "role"], name="customers_contact_of"),
            models.Index(fields=["garage", "phone_digits"], name="customers_contact_phone"),
            models.Index(fields=["garage", "phone_reversed"], name="customers_contact_phone_end"),
            GinIndex(F("garage"), OpClass(F("search_name"), name="gin_trgm_ops"), name="customers_contact_parts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ContactRole.values), name="customers_contact_role"),
            models.CheckConstraint(condition=~Q(name=""), name="customers_contact_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_meant_by(self, text: str, region: str) -> bool:
        """Whether the number begins or ends with these digits, or the name has all of these words. `region` is that of
        numbers without a country code."""
        typed = phones.digits(text)
        if typed:
            begins = tuple(phones.beginnings(text, region))
            return self.phone_digits.startswith(begins) or self.phone_reversed.startswith(typed[::-1])
        return bool(text) and all(word in fold(self.name) for word in fold(text).split())


class Consent(TenantModel):
    """A yes or no to being written to, by one channel for one purpose. Rows are only added: the latest holds.

    Without a row service messages are sent and marketing is not. It says when, how, and to whom it was said.
    """

    customer = TenantForeignKey(Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    is_given = models.BooleanField(_("given"))
    source = models.CharField(_("how"), max_length=10, choices=ConsentSource)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken down by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["garage", "customer", "purpose", "channel", "-id"], name="customers_consent_latest")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="customers_consent_purpose"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="customers_consent_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.get_channel_display()}"
