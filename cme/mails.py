from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_email, build_optional_email
from accounts.mail.errors import NotDue
from accounts.mail.kinds import NecessaryMail, OptionalMail, register
from accounts.models import Mail
from cme.activities.formats import amount_of
from cme.certificates.models import Certificate, Correction
from cme.certificates.services import CERTIFICATE_MAIL, CORRECTION_REFUSED_MAIL, WITHDRAWN_MAIL, read_certificate
from cme.claims.offers import get_offer
from cme.claims.reminders import UNCLAIMED_MAIL
from cme.errors import ClaimRefused
from courses.models import Completion


class AboutCertificates(NecessaryMail):
    title = _("Certificates")
    reason = _("You claimed the credit: they bring the document, and tell what becomes of it.")
    order = 40


@register
class CertificateIssued(AboutCertificates):
    name = CERTIFICATE_MAIL

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        certificate = get_certificate(mail.reference)
        if not certificate.is_issued:
            raise NotDue(gettext("The certificate was replaced or withdrawn meanwhile."))
        context = about(certificate) | {"facts": certificate.fields["facts"]}
        pdf = (certificate.download_name, read_certificate(certificate=certificate), "application/pdf")
        return build_email(template="cme/email/certificate", to=mail.to, context=context, attachments=[pdf])


@register
class CorrectionRefused(AboutCertificates):
    name = CORRECTION_REFUSED_MAIL

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        correction = Correction.objects.get(pk=mail.reference)
        context = about(get_certificate(correction.certificate_id)) | {"correction": correction}
        return build_email(template="cme/email/correction_refused", to=mail.to, context=context)


@register
class CertificateWithdrawn(AboutCertificates):
    name = WITHDRAWN_MAIL

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        context = about(get_certificate(mail.reference))
        return build_email(template="cme/email/certificate_withdrawn", to=mail.to, context=context)


def get_certificate(pk: str | int) -> Certificate:
    return Certificate.objects.select_related("claim__activity__course", "replaces").get(pk=pk)


def about(certificate: Certificate) -> dict[str, Any]:
    return {
        "fields": certificate.fields,
        "certificate": certificate,
        "course": certificate.claim.activity.course,
        "activity": certificate.claim.activity,
    }


@register
class CreditUnclaimed(OptionalMail):
    name = UNCLAIMED_MAIL
    title = _("Credit waiting to be claimed")
    description = _("One mail, a week after you completed a course, if you have not claimed its credit and still can.")
    order = 10
    # It is the learner's own, they paid for it, and it lapses.
    is_on_at_first = True

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        completion = Completion.objects.select_related("user", "course").filter(pk=mail.reference).first()
        if completion is None or completion.claims.exists():
            raise NotDue(gettext("The credit was claimed meanwhile."))
        try:
            offer = get_offer(user=completion.user, course=completion.course, now=timezone.now())
        except ClaimRefused as why:
            raise NotDue(str(why)) from None
        context = {
            "course": completion.course,
            "most": amount_of(offer.activity.max_credits, offer.credit_type),
            "activity": offer.activity,
            "completed_on": completion.completed_on,
        }
        return build_optional_email(template="cme/email/unclaimed", mail=mail, context=context)
