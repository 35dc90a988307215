from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.fields import RichTextField
from wagtail.models import LockableMixin, PreviewableMixin, Revision, RevisionMixin

from core.publishing import PublishableMixin
from courses.writing.blocks import TEXT
from escan.packages.models import PackageImport, PackageState
from escan.support.models import AddressProof, RequestKind, SupportRequest
from escan.wording.models import WordSet

# Django looks for models here.
__all__ = [
    "AddressProof",
    "ContactMessage",
    "InformationPage",
    "LoadedContent",
    "PackageImport",
    "PackageState",
    "RequestKind",
    "SupportRequest",
    "Topic",
    "WordSet",
]


class LoadedContent(models.Model):
    """What the content loader last made of a file, so that it never overwrites people's work (decision 15)."""

    key = models.CharField(max_length=255, unique=True)
    sha256 = models.CharField(max_length=64)
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True)
    # Slugs are people's to change; the row that was made stays known.
    object_id = models.PositiveBigIntegerField(null=True)
    # What has no revisions, as it was after the load: a row's values, or where an outline put its lessons.
    state = models.JSONField(null=True)

    class Meta:
        verbose_name_plural = _("loaded content")

    def __str__(self) -> str:
        return self.key


# Each is an address of its own; the page “contact” has its form there, too.
INFORMATION = ("terms", "privacy", "refunds", "disclaimer", "accessibility", "help")
CONTACT = "contact"


def validate_address(slug: str) -> None:
    if slug not in (*INFORMATION, CONTACT):
        raise ValidationError(
            gettext("“{slug}” is not one of {contact}.").format(slug=slug, contact=", ".join((*INFORMATION, CONTACT)))
        )


class InformationPage(PreviewableMixin, PublishableMixin, LockableMixin, RevisionMixin, models.Model):
    """What everyone may know of the house: terms, privacy, help. The slug is the address, and it stays."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(unique=True, validators=[validate_address])
    summary = models.CharField(max_length=300, help_text=_("One or two sentences under the title."))
    body = RichTextField(features=TEXT)

    panels = [FieldPanel("title"), FieldPanel("summary"), FieldPanel("body"), PublishingPanel()]

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(self.slug)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return render(request, "escan/information.html", {"page": self})


class Topic(models.TextChoices):
    QUESTION = "question", _("A question")
    TECHNICAL = "technical", _("Something does not work")
    REFUND = "refund", _("A refund")
    GRIEVANCE = "grievance", _("A grievance about CME credit or an activity")
    PRIVACY = "privacy", _("My data")
    ACCESSIBILITY = "accessibility", _("A barrier on this site")


class ContactMessage(models.Model):
    """What somebody wrote to staff. It goes to them by mail, too; this row is what they check off."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="contact_messages"
    )
    topic = models.CharField(max_length=16, choices=Topic.choices)
    name = models.CharField(max_length=120)
    email = models.EmailField(_("e-mail address"))
    message = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(handled_at=None), name="messages_that_wait"),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"
