from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_email
from accounts.mail.errors import NotDue
from accounts.mail.kinds import NecessaryMail, register
from accounts.mails import AboutAccount
from accounts.models import Mail
from escan.models import AddressProof, ContactMessage
from escan.services import TO_SENDER, TO_STAFF
from escan.support.models import PROOF_MAIL


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


@register
class ProofOfAddress(AboutAccount):
    """The link is in no row but the proof's own: whoever reads the studio's list of mails does not have it."""

    name = PROOF_MAIL

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        proof = AddressProof.objects.select_related("request__user", "request__other").filter(pk=mail.reference).first()
        if proof is None or not proof.request.is_open(timezone.now()):
            raise NotDue(gettext("What it asks for is done, or was given up."))
        return build_email(template="escan/email/proof", to=mail.to, context=proof.describe())
