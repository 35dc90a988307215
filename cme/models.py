"""Django looks for models here, and other apps import them from here. Inside cme import from the feature."""

from cme.activities.models import Activity, CreditType, Sponsorship, validate_professions, validate_wording
from cme.certificates.models import Certificate, CertificateStatus, Correction, CorrectionStatus
from cme.claims.models import Claim, Evaluation

__all__ = [
    "Activity",
    "Certificate",
    "CertificateStatus",
    "Claim",
    "Correction",
    "CorrectionStatus",
    "CreditType",
    "Evaluation",
    "Sponsorship",
    "validate_professions",
    "validate_wording",
]
