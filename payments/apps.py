from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from payments.checks import check_sandbox


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        # Models exist only now.
        from accounts.mail import services as mails  # noqa: PLC0415 - models are loaded only now
        from accounts.mail.kinds import NECESSARY, NecessaryMail  # noqa: PLC0415 - models are loaded only now
        from payments import mails as emails  # noqa: PLC0415 - models are loaded only now

        register(check_sandbox, Tags.security)
        mails.COMPOSERS.update(emails.COMPOSERS)
        NECESSARY.extend(
            [
                NecessaryMail(
                    kinds=frozenset([emails.RECEIPT, emails.REFUND, emails.REFUND_FAILED, emails.PAID_TWICE]),
                    title=_("Receipts and refunds"),
                    reason=_("They are the papers of your money: what you paid, and what went back."),
                ),
                NecessaryMail(
                    kinds=frozenset([emails.GIFT, emails.GIFT_ACCEPTED, emails.GIFT_RETURNED]),
                    title=_("Gifts"),
                    reason=_("A gift that you gave was accepted or came back with its money, or one was given to you."),
                ),
            ]
        )
