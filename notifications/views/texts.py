"""The words of messages: a garage's own, with what they will read like."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.views.acting import answer, attempt, posted
from integrations.sms.text import plain, size_of, unusual
from notifications.enums import TO_TEAM, WAYS, Channel, Kind
from notifications.forms import TextForm, placeholders
from notifications.models import MessageTemplate
from notifications.sample import sample_values
from notifications.services import restore_text, send_test, set_text
from notifications.texts import Text
from notifications.writing import Written, filled, text_of


class Words:
    """Which text an address is about: its kind, and channel and language as its query says."""

    def __init__(self, request: StaffRequest, kind: str) -> None:
        if kind not in Kind.values:
            raise Http404
        self.garage, self.kind = request.garage, Kind(kind)
        ways = {channel for way in WAYS[self.kind] for channel in way.channels}
        self.channels = [channel for channel in Channel if channel in ways or self.kind in TO_TEAM]
        self.channel = Channel(_one_of(request.GET.get("channel"), self.channels))
        self.language = _one_of(request.GET.get("language"), request.garage.languages)
        self.chosen: dict[str, Any] = {"kind": self.kind, "channel": self.channel, "language": self.language}

    def form(self, request: StaffRequest) -> TextForm:
        text = text_of(**self.chosen)
        to = request.user.email if self.channel == Channel.EMAIL else ""
        return TextForm(posted(request), garage=self.garage, channel=self.channel, text=text, to=to)

    def written(self, text: Text) -> Written:
        """What an invented customer would read."""
        values = sample_values(self.garage, self.kind, self.language)
        return filled(text, values, self.channel, self.language)

    def address(self, view: str) -> str:
        where = reverse(f"notifications:settings-{view}", args=[self.garage.slug, self.kind.value])
        return f"{where}?channel={self.channel}&language={self.language}"


@staff(Role.MANAGER)
def text(request: StaffRequest, garage: str, kind: str) -> HttpResponse:
    """Write the words of one kind, channel and language."""
    words = Words(request, kind)
    form = words.form(request)
    if attempt(form, lambda: _keep(words, form)):
        notices.success(request, _("Text saved"))
        return redirect(words.address("text"))
    return _page(request, words, form)


@staff(Role.MANAGER)
@require_POST
def preview(request: StaffRequest, garage: str, kind: str) -> HttpResponse:
    """What is being typed, as it will be read: changes nothing."""
    words = Words(request, kind)
    return render(request, "notifications/settings/_preview.html", _shown(words, words.form(request)))


@staff(Role.MANAGER)
@require_POST
def test(request: StaffRequest, garage: str, kind: str) -> HttpResponse:
    """Send what is typed to the person who types it; it is not saved by that."""
    words = Words(request, kind)
    form = words.form(request)
    if "to" not in form.fields:
        raise Http404
    form.fields["to"].required = True
    if not attempt(form, lambda: _send(words, form)):
        return _page(request, words, form)
    notices.success(request, _("A test is on its way to %(to)s") % {"to": form.cleaned_data["to"]})
    return redirect(words.address("text")) if not form.has_changed() else _page(request, words, form)


@staff(Role.MANAGER)
@require_POST
def restore(request: StaffRequest, garage: str, kind: str) -> HttpResponse:
    """Back to the built-in words."""
    words = Words(request, kind)
    restore_text(**words.chosen)
    notices.success(request, _("The built-in text is used again"))
    return redirect(words.address("text"))


def _keep(words: Words, form: TextForm) -> None:
    set_text(**words.chosen, subject=form.cleaned_data.get("subject", ""), text=form.cleaned_data["text"])


def _send(words: Words, form: TextForm) -> None:
    written = words.written(Text(form.cleaned_data.get("subject", ""), form.cleaned_data["text"]))
    send_test(kind=words.kind, channel=words.channel, to=form.cleaned_data["to"], written=written)


def _page(request: StaffRequest, words: Words, form: TextForm) -> HttpResponse:
    context = {
        "form": form,
        "words": words,
        "is_own": MessageTemplate.objects.filter(**words.chosen).exists(),
        "placeholders": placeholders(),
        "urls": {view: words.address(view) for view in ("text", "preview", "test", "restore")},
        **_shown(words, form),
    }
    return answer(request, "notifications/settings/text.html", context, form)


def _shown(words: Words, form: TextForm) -> dict[str, Any]:
    written = words.written(form.typed)
    if words.channel != Channel.SMS:
        return {"words": words, "written": written}
    body = plain(written.text)
    return {"words": words, "written": written, "size": size_of(body), "unusual": unusual(body)}


def _one_of(wanted: str | None, known: list[Any]) -> Any:
    return wanted if wanted in known else known[0]
