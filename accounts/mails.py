"""The kinds of mail that are about the account itself."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_email
from accounts.mail.errors import NotDue
from accounts.mail.kinds import ACCESS_CLOSED, ACCESS_GIVEN, ADDRESS_CHECK, CODE, NOTICE, NecessaryMail, register
from accounts.mail.models import Mail
from accounts.models import AccessGrant


@register
class Code(NecessaryMail):
    """Sent at once, and never again: another is asked for anew."""

    name = CODE
    title = _("Codes")
    reason = _("You ask for each of them, to sign in or to prove an address. Without it you could not get in.")
    order = 10

    def can_be_made_again(self, mail: Mail) -> bool:
        return False


class AboutAccount(NecessaryMail):
    title = _("Notices about your account")
    reason = _(
        "They say that your password, your address or your second factor was changed, or that your account was "
        "deleted. If it was somebody else, you learn of it here."
    )
    order = 20


@register
class Notice(AboutAccount):
    """Nothing else could make its text again, so the row keeps it until it is sent."""

    name = NOTICE

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        content = mail.content or {}
        message = EmailMultiAlternatives(mail.subject, content["text"], to=[mail.to], reply_to=[settings.CONTACT_EMAIL])
        message.attach_alternative(content["html"], "text/html")
        return message

    def can_be_made_again(self, mail: Mail) -> bool:
        return mail.content is not None


@register
class AddressCheck(AboutAccount):
    name = ADDRESS_CHECK

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        return build_email(template="accounts/email/address_check", to=mail.to, context={})


@register
class AccessGiven(AboutAccount):
    name = ACCESS_GIVEN

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        if mail.user is None or not AccessGrant.objects.active().filter(pk=mail.reference).exists():
            raise NotDue(gettext("The access was taken back."))
        return build_email(template="accounts/email/access_given", to=mail.to, context={"address": mail.to})


@register
class AccessClosed(AboutAccount):
    """That staff took back what they gave. Why they did is for their colleagues."""

    name = ACCESS_CLOSED

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        if mail.user is None or AccessGrant.objects.active().filter(user=mail.user).exists():
            raise NotDue(gettext("Everything is open to this person."))
        return build_email(template="accounts/email/access_closed", to=mail.to, context={})
