from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_email, build_optional_email
from accounts.mail.errors import NotDue
from accounts.mail.kinds import NecessaryMail, OptionalMail, register
from accounts.models import Mail
from cme.activities.formats import amount_of
from cme.certificates.models import Certificate
from cme.certificates.services import CERTIFICATE_MAIL, read_certificate
from cme.claims.offers import get_offer
from cme.claims.reminders import UNCLAIMED_MAIL
from cme.errors import ClaimRefused
from courses.models import Completion


@register
class CertificateIssued(NecessaryMail):
    name = CERTIFICATE_MAIL
    title = _("Certificates")
    reason = _("You claimed the credit, and the mail brings the document.")
    order = 40

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        certificate = Certificate.objects.select_related("claim__activity__course").get(pk=mail.reference)
        context = {
            "fields": certificate.fields,
            "certificate": certificate,
            "course": certificate.claim.activity.course,
            "facts": certificate.fields["facts"],
        }
        pdf = (certificate.download_name, read_certificate(certificate=certificate), "application/pdf")
        return build_email(template="cme/email/certificate", to=mail.to, context=context, attachments=[pdf])


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
