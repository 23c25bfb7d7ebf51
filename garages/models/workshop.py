"""What a garage works with: bays, technicians, hours."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from garages.enums import BayKind, Weekday
from garages.models.people import Membership
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel


class Bay(TenantModel):
    """A place where one vehicle is worked on at a time."""

    name = models.CharField(_("name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=BayKind, default=BayKind.GENERAL)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TenantManager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "name"], name="garages_bay_name", violation_error_message=_("A bay has this name.")
            )
        ]

    def __str__(self) -> str:
        return self.name


class BayOutage(TenantModel):
    """A time in which a bay cannot be used, and why."""

    bay = TenantForeignKey(Bay, verbose_name=_("bay"), on_delete=models.CASCADE, related_name="outages")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120)

    objects = TenantManager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["garage", "ends_at"], name="garages_bayoutage_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="garages_bayoutage_order",
                violation_error_message=_("The end comes after the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bay}: {self.reason}"


class CourtesyCar(TenantModel):
    """A car lent to customers while theirs is in the workshop; `name` is what the team calls it, plate and all."""

    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TenantManager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "name"],
                name="garages_courtesycar_name",
                violation_error_message=_("A courtesy car has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Skill(TenantModel):
    """Something a technician is trained for, in the garage's own words."""

    name = models.CharField(_("name"), max_length=60)

    objects = TenantManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "name"], name="garages_skill_name", violation_error_message=_("This skill is listed.")
            )
        ]

    def __str__(self) -> str:
        return self.name


class Technician(TenantModel):
    """A person who works on vehicles; linked to a log-in when they have one."""

    name = models.CharField(_("name"), max_length=80)
    membership = models.OneToOneField(
        Membership,
        verbose_name=_("log-in"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="technician",
    )
    skills = models.ManyToManyField(Skill, through="TechnicianSkill", related_name="technicians", blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("works here"), default=True)

    objects = TenantManager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class TechnicianSkill(TenantModel):
    """One skill of one technician."""

    technician = TenantForeignKey(Technician, on_delete=models.CASCADE, related_name="skill_links")
    skill = TenantForeignKey(Skill, on_delete=models.CASCADE, related_name="technician_links")

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["garage", "technician", "skill"], name="garages_technicianskill_once")
        ]

    def __str__(self) -> str:
        return f"{self.technician} · {self.skill}"


class _MinutesRange(Func):
    """The span as minutes since midnight, half-open: spans that touch do not overlap."""

    template = "int4range((extract(epoch from %(expressions)s) / 60)::int)"
    arg_joiner = ") / 60)::int, (extract(epoch from "
    output_field = IntegerRangeField()


class OpeningSpan(TenantModel):
    """A stretch of one weekday in which the workshop works, in the garage's wall-clock time."""

    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    objects = TenantManager()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="garages_openingspan_order",
                violation_error_message=_("Closing comes after opening."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="garages_openingspan_weekday"),
            ExclusionConstraint(
                name="garages_openingspan_overlap",
                expressions=[("garage", "="), ("weekday", "="), (_MinutesRange("opens", "closes"), "&&")],
                violation_error_message=_("These hours overlap others of the same day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class TechnicianShift(TenantModel):
    """A stretch of one weekday in which a technician is there, in wall-clock time. One without any shift is there
    whenever the garage is open."""

    technician = TenantForeignKey(Technician, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    objects = TenantManager()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="garages_technicianshift_order",
                violation_error_message=_("The end comes after the beginning."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="garages_technicianshift_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class TechnicianAbsence(TenantModel):
    """A time in which a technician is away, and why."""

    technician = TenantForeignKey(
        Technician, verbose_name=_("technician"), on_delete=models.CASCADE, related_name="absences"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    objects = TenantManager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["garage", "ends_at"], name="garages_absence_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="garages_technicianabsence_order",
                violation_error_message=_("The end comes after the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.technician}: {self.reason}"


class Closure(TenantModel):
    """Days on which the garage does not work, both ends included, and why."""

    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120)
    is_public_holiday = models.BooleanField(_("public holiday"), default=False, editable=False)

    objects = TenantManager()

    class Meta:
        ordering = ["starts_on"]
        indexes = [models.Index(fields=["garage", "ends_on"], name="garages_closure_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="garages_closure_order",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.UniqueConstraint(
                fields=["garage", "starts_on"],
                condition=Q(is_public_holiday=True),
                name="garages_closure_holiday",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}: {self.reason}"
