from django.core.mail import EmailMultiAlternatives

from accounts.emails import build_email
from accounts.models import Mail
from cme.models import Certificate
from cme.services import read_certificate


def compose_certificate(mail: Mail) -> EmailMultiAlternatives:
    certificate = Certificate.objects.select_related("claim__activity__course").get(pk=mail.reference)
    context = {
        "fields": certificate.fields,
        "certificate": certificate,
        "course": certificate.claim.activity.course,
        "facts": certificate.fields["facts"],
    }
    pdf = (file_name(certificate), read_certificate(certificate=certificate), "application/pdf")
    return build_email(template="cme/email/certificate", to=mail.to, context=context, attachments=[pdf])


def file_name(certificate: Certificate) -> str:
    return f"{certificate.claim.activity.course.slug}-certificate-{certificate.printed_code}.pdf"
