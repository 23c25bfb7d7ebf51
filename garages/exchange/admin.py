"""The pages of import and export, for the admin of a tenant table."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from import_export.admin import ImportExportMixin
from import_export.results import Result
from unfold.contrib.import_export.forms import SelectableFieldsExportForm

from garages.exchange.formats import FORMATS
from garages.exchange.forms import GarageConfirmForm, GarageImportForm
from garages.exchange.problems import FileProblem
from garages.exchange.storage import WaitingFile
from garages.models import User


class ExchangeAdmin(ImportExportMixin):
    """Mix in before TenantAdmin; `resource_classes` names the one resource.

    Importing needs the permissions to add and to change, exporting the one to view. Both are kept in the audit log.
    """

    import_form_class = GarageImportForm
    confirm_form_class = GarageConfirmForm
    export_form_class = SelectableFieldsExportForm
    tmp_storage_class = WaitingFile
    to_encoding = "utf-8-sig"  # without the mark, spreadsheets misread accents

    def get_import_formats(self) -> list[Any]:
        return FORMATS

    def get_export_formats(self) -> list[Any]:
        return FORMATS

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)  # type: ignore[attr-defined]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)  # type: ignore[attr-defined]

    # --- Import ---
    def create_import_form(self, request: HttpRequest) -> GarageImportForm:
        return GarageImportForm(
            self.get_import_formats(),
            self.get_import_resource_classes(request),
            source=self.opts.get_field("garage"),  # type: ignore[attr-defined]
            admin_site=self.admin_site,  # type: ignore[attr-defined]
            **self.get_import_form_kwargs(request),
        )

    def get_import_form_initial(self, request: HttpRequest) -> dict[str, Any]:
        """From the list of one garage, the import is meant for that garage."""
        return {"garage": request.GET.get("garage__id__exact")}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        return {**initial, "garage": import_form.cleaned_data["garage"].pk} if import_form is not None else initial

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form")
        return {"garage": form.cleaned_data["garage"]} if form is not None and form.is_valid() else {}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {"rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: GarageImportForm, e: Exception) -> None:
        if not isinstance(e, FileProblem):
            raise e
        form.add_error("import_file", str(e))

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().process_import(request, **kwargs)
        except FileProblem as error:
            messages.error(request, str(error))
            return redirect(self._import_url())

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if not result.has_errors() and not result.has_validation_errors():
            return super().process_result(result, request)
        messages.error(request, _("Nothing was imported: the garage's data changed since the preview."))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Import"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "form": GarageImportForm(
                self.get_import_formats(),
                self.get_import_resource_classes(request),
                source=self.opts.get_field("garage"),  # type: ignore[attr-defined]
                admin_site=self.admin_site,  # type: ignore[attr-defined]
            ),
            "result": result,
        }
        return TemplateResponse(request, self.import_template_name, context)

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        messages.success(
            request,
            _("%(garage)s: %(new)s added, %(changed)s changed, %(same)s as they were.")
            % {
                "garage": result.garage,
                "new": result.totals["new"],
                "changed": result.totals["update"],
                "same": result.totals["skip"],
            },
        )

    def _create_log_entry(self, user_pk: int, rows: list[Any], import_type: str, action_flag: int) -> None:
        if rows:
            LogEntry.objects.log_actions(user_pk, rows, action_flag, change_message=_("Imported from a file."))

    def _import_url(self) -> str:
        return reverse(f"admin:{'_'.join(self.get_model_info())}_import")

    # --- Export ---
    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        count = queryset.count()
        LogEntry.objects.create(
            user=cast("User", request.user),
            content_type=ContentType.objects.get_for_model(self.model),  # type: ignore[attr-defined]
            object_repr=ngettext("%(count)s row exported", "%(count)s rows exported", count) % {"count": count},
            action_flag=CHANGE,
            change_message=request.GET.urlencode(),
        )
        return data
