from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

# The kind of mail that brings the link.
PROOF_MAIL = "address proof"
# How long a link that proves an address holds.
LINK_HOLDS = timedelta(days=3)


class RequestKind(models.TextChoices):
    ADDRESS = "address", _("Another e-mail address")
    MERGE = "merge", _("Two accounts become one")


class SupportRequest(models.Model):
    """What staff began for a person and only the owners of the addresses can finish; kept as the record of it."""

    wagtail_reference_index_ignore = True

    kind = models.CharField(max_length=8, choices=RequestKind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="support_requests")
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("Of a merge: the account that is taken in, and closed."),
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    because = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text=_("Given up, by staff or by the owner of an address."))
    outcome = models.JSONField(default=dict, help_text=_("What became of it: numbers and sentences for staff."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(done_at=None, ended_at=None),
                name="one_open_support_request_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(ended_at=None), name="support_request_is_done_or_given_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.created_at:%Y-%m-%d}"

    def is_open(self, now: datetime) -> bool:
        return self.done_at is None and self.ended_at is None and now < self.expires_at


def new_token() -> str:
    return get_random_string(40)


class AddressProof(models.Model):
    """A link that only who reads the mail of an address can open."""

    wagtail_reference_index_ignore = True

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="proofs")
    address = models.EmailField()
    is_needed = models.BooleanField(help_text=_("Without it nothing happens. Otherwise the link only stops it."))
    token = models.CharField(max_length=40, unique=True, default=new_token)
    proven_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "address"], name="one_proof_per_request_and_address"),
        ]

    def __str__(self) -> str:
        return f"{self.request}: {self.address}"

    def describe(self) -> dict[str, Any]:
        """What mail and page tell of it."""
        request = self.request
        needed = [proof.address for proof in request.proofs.order_by("pk") if proof.is_needed]
        return {
            "proof": self,
            "asked": request,
            "is_merge": request.kind == RequestKind.MERGE,
            "stays": request.user.email,
            "needed": needed,
            "closes": request.other.email if request.other else "",
        }
