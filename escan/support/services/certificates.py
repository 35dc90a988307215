from django.db import transaction

from accounts.mail import services as mails
from accounts.models import Mail, User
from cme.certificates.services import CERTIFICATE_MAIL
from cme.models import Certificate


@transaction.atomic
def send_certificate_again(*, certificate: Certificate, by: User) -> bool:
    """To the address that the account has now. False where it is on its way, or there is no file that could be sent."""
    if not certificate.is_issued or certificate.is_damaged:
        return False
    sent = (
        Mail.objects.filter(kind=CERTIFICATE_MAIL, reference=str(certificate.pk)).values_list("pk", flat=True).first()
    )
    if sent:
        return mails.send_again(mail_id=sent, by=by)
    user = certificate.claim.user
    mails.queue_mail(kind=CERTIFICATE_MAIL, reference=str(certificate.pk), to=user.email, user=user)
    return True
