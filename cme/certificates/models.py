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


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def due(self) -> "CertificateQuerySet":
        return self.filter(status=CertificateStatus.DUE)

    def issued(self) -> "CertificateQuerySet":
        return self.filter(status=CertificateStatus.ISSUED)

    def held(self) -> "CertificateQuerySet":
        return self.filter(status=CertificateStatus.HELD)


class Certificate(models.Model):
    """The document of a claim. `fields` holds every printed word, so the row alone can make the file again."""

    wagtail_reference_index_ignore = True

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="certificate")
    code = models.CharField(max_length=12, unique=True)
    fields = models.JSONField()
    status = models.CharField(max_length=8, choices=CertificateStatus.choices, default=CertificateStatus.DUE)
    problem = models.TextField(blank=True, help_text=_("Why it is held."))
    file = models.CharField(max_length=200, blank=True, help_text=_("Its name in the storage."))
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)

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
    def is_issued(self) -> bool:
        return self.status == CertificateStatus.ISSUED

    @property
    def is_held(self) -> bool:
        return self.status == CertificateStatus.HELD
