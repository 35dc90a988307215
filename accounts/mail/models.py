from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailPreference(models.Model):
    """That a person wants an optional kind of mail, or not; without a row it is as the kind itself says."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=24)
    is_wanted = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_preference_per_person_and_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {'on' if self.is_wanted else 'off'}"


class MailStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Came back")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Not sent: no longer due or wanted")


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(status=MailStatus.WAITING)

    def due(self, now: datetime) -> "MailQuerySet":
        """Nobody is sending it, or waiting to."""
        return self.waiting().filter(next_try_at__lte=now)

    def unsettled(self) -> "MailQuerySet":
        """What has not gone out, and what came back."""
        return self.exclude(status__in=[MailStatus.SENT, MailStatus.DROPPED])

    def in_trouble(self) -> "MailQuerySet":
        """What a person has to look at."""
        return self.filter(status__in=[MailStatus.BOUNCED, MailStatus.FAILED])


class Mail(models.Model):
    """One mail that must arrive (decision 7). Its text is made of `kind` and `reference` when it is sent.

    A code for signing in has no row while all is well: it cannot wait. One that failed is recorded, without its text.
    """

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="mails",
        help_text=_("Whose account it follows: tried again, it goes to the address that the account has then."),
    )
    to = models.EmailField(_("e-mail address"))
    kind = models.CharField(max_length=24)
    reference = models.CharField(max_length=64, help_text=_("What it tells of, by its key."))
    subject = models.CharField(max_length=255, blank=True, help_text=_("Known after the first attempt."))
    content = models.JSONField(null=True, help_text=_("The text, where nothing else holds it, until it is sent."))
    status = models.CharField(max_length=8, choices=MailStatus.choices, default=MailStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    problem = models.TextField(_("what is wrong"), blank=True)
    message_id = models.CharField(max_length=255, blank=True, db_index=True, help_text=_("The provider's name for it."))
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="one_mail_per_kind_and_reference"),
            models.CheckConstraint(
                condition=~models.Q(status=MailStatus.SENT) | models.Q(sent_at__isnull=False, content__isnull=True),
                name="sent_mail_keeps_no_text",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=MailStatus.BOUNCED) | models.Q(bounced_at__isnull=False),
                name="mail_that_came_back_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(status="waiting"), name="mails_that_wait"),
            models.Index(
                fields=["-created_at"],
                condition=models.Q(status__in=["bounced", "failed"]),
                name="mails_in_trouble",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
