"""What the platform's admin pages of tenant tables share.

The platform's staff work across garages, so a page must know which garage a new row is for before it can offer
anything of that garage: adding begins with choosing it, and everything on the form is then limited to it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextInputWidget

from garages import formats
from garages.admin.history import recorded_changes
from garages.errors import DomainError
from garages.models import Garage

BY_GARAGE = ("garage", AutocompleteSelectFilter)
PARAMETER = "garage"


class GarageSelect(AutocompleteSelect):
    """An autocomplete that searches the rows of one garage."""

    def __init__(self, *args: Any, garage: Garage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.garage = garage

    def get_url(self) -> str:
        return f"{super().get_url()}?{urlencode({PARAMETER: self.garage.pk})}"


class TenantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of one garage. The garage is no field of it, but takes part in what is checked."""

    tenant_garage: Garage

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.garage = self.tenant_garage

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"garage"}  # type: ignore[misc]


class ChooseGarageForm(forms.Form):
    """The first step of adding a row."""

    garage = forms.ModelChoiceField(queryset=Garage.objects.all(), label=_("Garage"))

    def __init__(self, *args: Any, source: Field[Any, Any], admin_site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["garage"].widget = AutocompleteSelect(source, admin_site)
        self.fields["garage"].widget.choices = self.fields["garage"].choices  # type: ignore[attr-defined]


class AmountField(forms.CharField):
    """Minor units, typed as an amount of the garage's currency."""

    def __init__(self, *, garage: Garage, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.garage = garage

    def prepare_value(self, value: Any) -> Any:
        is_minor = isinstance(value, int)
        return formats.amount(value, self.garage.currency, formats.locale_of(self.garage)) if is_minor else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        try:
            return formats.parse_money(text, self.garage.currency, formats.locale_of(self.garage)) if text else None
        except formats.AmountError as error:
            raise forms.ValidationError(str(error), code="amount") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class InsideGarage:
    """Of an admin page or an inline: what can be chosen belongs to the garage of the row, and money is in its
    currency."""

    admin_site: Any

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        garage: Garage | None = getattr(request, "admin_garage", None)
        if db_field.name == "price" and garage is not None:
            label = f"{str(db_field.verbose_name).capitalize()} ({garage.currency})"
            return AmountField(garage=garage, label=label, widget=UnfoldAdminTextInputWidget())
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        garage: Garage | None = getattr(request, "admin_garage", None)
        related = db_field.remote_field.model
        if garage is not None and any(field.name == "garage" for field in related._meta.fields):
            kwargs.setdefault("queryset", related._default_manager.filter(garage=garage))
            if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
                kwargs.setdefault("widget", GarageSelect(db_field, self.admin_site, garage=garage))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class TenantAdmin(InsideGarage, ModelAdmin):
    """Admin of a table whose rows belong to garages. Subclasses list `fields` (or `fieldsets`) without `garage`."""

    form = TenantForm
    list_filter_submit = True
    list_select_related: tuple[str, ...] = ("garage",)
    show_full_result_count = False
    object_history_template = "admin/row_history.html"

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [BY_GARAGE, *super().get_list_filter(request)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ["garage", *super().get_readonly_fields(request, obj)]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        (name, options), *rest = super().get_fieldsets(request, obj)
        return [(name, {**options, "fields": ["garage", *options["fields"]]}), *rest]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        garage = obj.garage if obj is not None else self.chosen_garage(request)
        request.admin_garage = garage  # type: ignore[attr-defined]
        form = super().get_form(request, obj, change=change, **kwargs)
        form.tenant_garage = garage
        return form

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        """Rows that hang on this one can be added once it exists."""
        return super().get_inlines(request, obj) if obj is not None else []

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        if _is_autocomplete(request) and request.GET.get(PARAMETER, "").isdecimal():
            queryset = queryset.filter(garage=int(request.GET[PARAMETER]))
        return super().get_search_results(request, queryset, search_term)

    # --- Adding: the garage first ---
    def chosen_garage(self, request: HttpRequest) -> Garage | None:
        """The garage a new row is for, once it has been chosen."""
        chosen = request.GET.get(PARAMETER, "")
        return Garage.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if self.chosen_garage(request) is None:
            return self._choose_garage(request)
        return super().add_view(request, form_url, extra_context)

    def _choose_garage(self, request: HttpRequest) -> HttpResponse:
        form = ChooseGarageForm(source=self.opts.get_field("garage"), admin_site=self.admin_site)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add %(thing)s: for which garage?") % {"thing": self.opts.verbose_name},
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "kept": [(name, value) for name, value in request.GET.items() if name != PARAMETER],
            "is_popup": "_popup" in request.GET,
        }
        return TemplateResponse(request, "admin/choose_garage.html", context)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(f"{request.path}?{urlencode({PARAMETER: obj.garage_id})}")
        return response

    # --- Saving ---
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """What the form's checks let through and the database refuses was changed by somebody else in between."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            refusal = str(
                _("The database refused this: somebody saved something that contradicts it. Nothing was changed.")
            )
        except DomainError as error:
            refusal = str(error)
        self.message_user(request, refusal, level="ERROR")
        return HttpResponseRedirect(request.get_full_path())

    # --- History ---
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, object_id)
        changes = recorded_changes(row) if row is not None else []
        return super().history_view(request, object_id, {**(extra_context or {}), "changes": changes})


class TenantFormSet(PaginationInlineFormSet):
    """New rows belong to the garage of the row they hang on."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.instance.garage_id = self.instance.garage_id  # type: ignore[attr-defined]
        return form


class TenantInlineForm(forms.ModelForm):  # type: ignore[type-arg]
    """See TenantForm; the formset sets the garage."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"garage"}  # type: ignore[misc]


class TenantInline(InsideGarage, TabularInline):
    """Rows that hang on a row of the same garage."""

    form = TenantInlineForm
    formset = TenantFormSet
    extra = 0


class ReadOnly:
    """Of an admin page or an inline: to look at, not to touch."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _is_autocomplete(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"


__all__ = ["BY_GARAGE", "ReadOnly", "TenantAdmin", "TenantForm", "TenantInline"]
