from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import PublishingPanel
from wagtail.models import LockableMixin, PreviewableMixin, RevisionMixin

from accounts.mail.emails import build_email
from core.publishing import PublishableMixin
from core.texts import PLACES, Place, previewing
from escan.wording.panels import WordsPanel

AS_HTML, AS_TEXT = "html", "text"
SAMPLE_ADDRESS = "rosa@example.org"


class WordSet(PreviewableMixin, PublishableMixin, LockableMixin, RevisionMixin, models.Model):
    """What staff wrote in place of the shipped words of one page or mail. While it is not live, those are shown."""

    slug = models.SlugField(unique=True, editable=False, help_text=_("Of the place, as core.texts knows it."))
    words = models.JSONField(default=dict, blank=True, help_text=_("By the name of each text; others are shipped."))

    panels = [WordsPanel("words", heading=_("Texts")), PublishingPanel()]

    class Meta:
        ordering = ["slug"]
        verbose_name = _("texts of a page or mail")
        verbose_name_plural = _("texts of pages and mails")

    def __str__(self) -> str:
        return str(self.place.title) if self.slug in PLACES else self.slug

    @property
    def place(self) -> Place:
        return PLACES[self.slug]

    @property
    def changed(self) -> int:
        """How many of its texts are no longer the shipped ones."""
        return len(self.words)

    def check_publishable(self) -> None:
        faults = [
            f"{text.title}: {fault}"
            for text in self.place.texts
            for fault in (text.find_faults(self.words[text.name]) if text.name in self.words else ())
        ]
        if faults:
            raise ValidationError({"words": faults})

    @property
    def preview_modes(self) -> list[tuple[str, str | Promise]]:
        if self.place.is_mail:
            return [(AS_HTML, _("As it looks")), (AS_TEXT, _("As plain text"))]
        return [("", _("As a stranger sees it"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        with previewing(self.slug, self.words):
            if self.place.is_mail:
                return show_mail(request, self.place, mode_name)

            request.user = AnonymousUser()
            page: HttpResponse = import_string(self.place.view)(request)
            return page


def show_mail(request: HttpRequest, place: Place, mode_name: str) -> HttpResponse:
    """With invented values. Mail programs know no stylesheet, so its own styles stand in its tags."""
    message = build_email(template=place.template, to=SAMPLE_ADDRESS, context=place.sample())
    if mode_name == AS_TEXT:
        return render(request, "escan/wording/mail_as_text.html", {"message": message})
    response: Any = HttpResponse(message.alternatives[0][0])
    response._csp_update = {"style-src": ["'unsafe-inline'"]}
    return response  # type: ignore[no-any-return]
