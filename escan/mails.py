from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_email
from accounts.mail.kinds import NecessaryMail, register
from accounts.models import Mail
from escan.models import ContactMessage
from escan.services import TO_SENDER, TO_STAFF


class AboutMessage(NecessaryMail):
    title = _("Answers to what you write")
    reason = _("One confirmation for each message that you send us, so that you know that it arrived.")
    order = 30


@register
class MessageToStaff(AboutMessage):
    name = TO_STAFF

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        message = ContactMessage.objects.get(pk=mail.reference)
        # Whoever answers the mail answers the sender.
        return build_email(
            template="escan/email/message", to=mail.to, context={"message": message}, reply_to=message.email
        )


@register
class ConfirmationToSender(AboutMessage):
    name = TO_SENDER

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        message = ContactMessage.objects.get(pk=mail.reference)
        return build_email(template="escan/email/confirmation", to=mail.to, context={"message": message})
