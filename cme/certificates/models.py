from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cme.certificates.codes import format_code
from cme.claims.models import Claim


class CertificateStatus(models.TextChoices):
    DUE = "due", _("Being made")
    ISSUED = "issued", _("Issued")
    HELD = "held", _("Held")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")


STANDING = [CertificateStatus.DUE, CertificateStatus.ISSUED, CertificateStatus.HELD]


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def due(self) -> "CertificateQuerySet":
        return self.filter(status=CertificateStatus.DUE)

    def issued(self) -> "CertificateQuerySet":
        return self.filter(status=CertificateStatus.ISSUED)

    def held(self) -> "CertificateQuerySet":
        return self.filter(status=CertificateStatus.HELD)

    def standing(self) -> "CertificateQuerySet":
        """Those that hold, or will once they are made: one a claim at most."""
        return self.filter(status__in=STANDING)

    def with_file(self) -> "CertificateQuerySet":
        """Those that were issued once, whatever became of them: their files are kept for good."""
        return self.exclude(file="")


class Certificate(models.Model):
    """The document of a claim. `fields` holds every printed word, so the row alone can make the file again.

    What was issued never changes: a correction is a new certificate, which replaces the old one.
    """

    wagtail_reference_index_ignore = True

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="certificates")
    code = models.CharField(max_length=12, unique=True)
    fields = models.JSONField()
    status = models.CharField(max_length=12, choices=CertificateStatus.choices, default=CertificateStatus.DUE)
    problem = models.TextField(
        blank=True, help_text=_("Why it is held; of an issued one, why its file cannot be handed out.")
    )
    file = models.CharField(max_length=200, blank=True, help_text=_("Its name in the storage."))
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField(
        to="self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", editable=False
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was replaced or withdrawn."))
    withdrawn_because = models.TextField(blank=True, db_default="", help_text=_("What the learner was told."))

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status=CertificateStatus.ISSUED)
                | (~models.Q(file="") & ~models.Q(sha256="") & models.Q(issued_at__isnull=False)),
                name="issued_certificate_has_its_file",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CertificateStatus.HELD) | ~models.Q(problem=""),
                name="held_certificate_says_why",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=models.Q(status__in=["due", "issued", "held"]),
                name="one_standing_certificate_per_claim",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["replaced", "withdrawn"], ended_at__isnull=False)
                | models.Q(status__in=["due", "issued", "held"], ended_at=None),
                name="ended_certificate_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="withdrawn") | ~models.Q(withdrawn_because=""),
                name="withdrawn_certificate_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(status=CertificateStatus.DUE),
                name="certificates_to_be_made",
            ),
        ]

    def __str__(self) -> str:
        return self.printed_code

    def get_absolute_url(self) -> str:
        """Where anyone can check it."""
        return reverse("verify:certificate", args=[self.printed_code])

    @property
    def printed_code(self) -> str:
        return format_code(self.code)

    @property
    def download_name(self) -> str:
        """What the file is called where it is handed out."""
        return f"{self.claim.activity.course.slug}-certificate-{self.printed_code}.pdf"

    @property
    def verify_url(self) -> str:
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def is_due(self) -> bool:
        return self.status == CertificateStatus.DUE

    @property
    def is_issued(self) -> bool:
        return self.status == CertificateStatus.ISSUED

    @property
    def is_held(self) -> bool:
        return self.status == CertificateStatus.HELD

    @property
    def is_withdrawn(self) -> bool:
        return self.status == CertificateStatus.WITHDRAWN

    @property
    def is_standing(self) -> bool:
        return self.status in STANDING

    @property
    def is_damaged(self) -> bool:
        """Issued, but its file is not the one that was issued, and cannot be made again byte for byte."""
        return self.is_issued and bool(self.problem)


class CorrectionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> "CorrectionQuerySet":
        return self.filter(status=CorrectionStatus.OPEN)


class Correction(models.Model):
    """That a learner asked for a certificate with another name, and what staff said."""

    wagtail_reference_index_ignore = True

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="corrections")
    name = models.CharField(max_length=120, help_text=_("As it should be printed."))
    reason = models.TextField(help_text=_("Why, in the learner's words."))
    asked_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=12, choices=CorrectionStatus.choices, default=CorrectionStatus.OPEN)
    answer = models.TextField(blank=True, help_text=_("What the learner was told where it was refused."))
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=models.Q(status="open"), name="one_open_correction_per_certificate"
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", answered_at=None)
                | models.Q(status__in=["confirmed", "refused"], answered_at__isnull=False),
                name="answered_correction_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | ~models.Q(answer=""), name="refused_correction_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.name}"

    @property
    def is_open(self) -> bool:
        return self.status == CorrectionStatus.OPEN
