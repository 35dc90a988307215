from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OpenSession(models.Model):
    """One browser in which a person is signed in, for its owner to see and to end.

    Of the connection nothing is kept.
    """

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_sessions")
    key = models.CharField(max_length=40, unique=True, help_text=_("Of the session in Django."))
    browser = models.CharField(max_length=60, blank=True, help_text=_("In words: “Firefox on Windows”."))
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, help_text=_("To the hour."))

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"Session {self.pk}"
