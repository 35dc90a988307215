from accounts.emails import send_email
from cme.models import Certificate


def send_certificate(*, certificate: Certificate, pdf: bytes) -> None:
    claim = certificate.claim
    send_email(
        template="cme/email/certificate",
        to=claim.user.email,
        context={
            "fields": certificate.fields,
            "certificate": certificate,
            "course": claim.activity.course,
            "facts": certificate.fields["facts"],
        },
        attachments=[(file_name(certificate), pdf, "application/pdf")],
    )


def file_name(certificate: Certificate) -> str:
    return f"{certificate.claim.activity.course.slug}-certificate-{certificate.printed_code}.pdf"
