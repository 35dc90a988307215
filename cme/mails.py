from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext

from accounts.mail.emails import build_email, build_optional_email
from accounts.mail.errors import NotDue
from accounts.models import Mail
from cme.activities.formats import amount_of
from cme.certificates.models import Certificate
from cme.certificates.services import read_certificate
from cme.claims.offers import get_offer
from cme.errors import ClaimRefused
from courses.models import Completion


def compose_certificate(mail: Mail) -> EmailMultiAlternatives:
    certificate = Certificate.objects.select_related("claim__activity__course").get(pk=mail.reference)
    context = {
        "fields": certificate.fields,
        "certificate": certificate,
        "course": certificate.claim.activity.course,
        "facts": certificate.fields["facts"],
    }
    pdf = (certificate.download_name, read_certificate(certificate=certificate), "application/pdf")
    return build_email(template="cme/email/certificate", to=mail.to, context=context, attachments=[pdf])


def compose_unclaimed(mail: Mail) -> EmailMultiAlternatives:
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
