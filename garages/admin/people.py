"""People, their roles, and what the platform's own staff may do.

Superusers alone decide who is platform staff, who is a superuser, and what groups may do. Other staff see and change
what their Django permissions say, and never the account of another member of the platform's staff: setting the
password of somebody who may do more would be doing more.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from garages.admin.base import BY_GARAGE, ReadOnly
from garages.admin.garage import ByGarage
from garages.models import AccountMail, Membership, User


class NewUserForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("email", "name")
        field_classes: dict[str, Any] = {}


class EditUserForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        fields = "__all__"  # the admin lists them
        field_classes: dict[str, Any] = {}


class TemporaryPasswordForm(AdminPasswordChangeForm):
    """A password somebody else chose is a temporary one."""

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        return super().save(commit)


class MembershipInline(TabularInline):
    model = Membership
    autocomplete_fields = ("garage",)
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Accounts are switched off, not deleted: the audit log keeps saying whose it was."""

    add_form = NewUserForm
    form = EditUserForm
    change_password_form = TemporaryPasswordForm
    list_display = ("email", "name", "works_at", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("email", "name")
    ordering = ("email",)
    inlines = (MembershipInline,)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    autocomplete_fields = ("groups",)
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "password", "must_change_password", "is_active")}),
        (_("Person"), {"fields": ("name", "language", "theme", "rows_per_page")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    _platform_fieldset = (_("Platform"), {"fields": ("is_staff", "is_superuser", "groups")})

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships__garage")

    @admin.display(description=_("works at"))
    def works_at(self, user: User) -> str:
        return ", ".join(membership.garage.name for membership in user.memberships.all())

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        shown = super().get_fieldsets(request, obj)
        return (*shown, self._platform_fieldset) if obj is not None and _is_superuser(request) else shown

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return super().get_inlines(request, obj) if obj is not None else []

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        platform = obj is not None and (obj.is_staff or obj.is_superuser)
        return allowed and (not platform or _is_superuser(request))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An address that was taken away from the account must not log in to it any longer."""
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)
        EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()


@admin.register(Membership)
class MembershipAdmin(ByGarage):
    list_display = ("user", "garage", "role", "created_at")
    list_filter = (BY_GARAGE, "role")
    list_filter_submit = True
    list_select_related = ("user", "garage")
    search_fields = ("user__email", "user__name")
    autocomplete_fields = ("user", "garage")
    fields = ("user", "garage", "role")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Membership], search_term: str) -> Any:
        chosen = request.GET.get("garage", "")
        if chosen.isdecimal():
            queryset = queryset.filter(garage=int(chosen))
        return super().get_search_results(request, queryset, search_term)


@admin.register(AccountMail)
class AccountMailAdmin(ReadOnly, ModelAdmin):
    """What is still to be sent, and what was given up; the team page sends it again."""

    list_display = ("kind", "user", "membership", "asked_at", "due_at", "attempts", "error")
    list_filter = ("kind",)
    list_select_related = ("user", "membership__user", "membership__garage")
    fields = ("kind", "user", "membership", ("asked_at", "due_at"), ("attempts", "error"))


admin.site.unregister(Group)  # registered by the import above


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """What a group of platform staff may do: for superusers."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission  # type: ignore[assignment]


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
