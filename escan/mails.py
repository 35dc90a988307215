from django.core.mail import EmailMultiAlternatives

from accounts.mail.emails import build_email
from accounts.models import Mail
from escan.models import ContactMessage


def compose_to_staff(mail: Mail) -> EmailMultiAlternatives:
    message = ContactMessage.objects.get(pk=mail.reference)
    # Whoever answers the mail answers the sender.
    return build_email(template="escan/email/message", to=mail.to, context={"message": message}, reply_to=message.email)


def compose_to_sender(mail: Mail) -> EmailMultiAlternatives:
    message = ContactMessage.objects.get(pk=mail.reference)
    return build_email(template="escan/email/confirmation", to=mail.to, context={"message": message})
