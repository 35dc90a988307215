from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class CmeConfig(AppConfig):
    name = "cme"
    verbose_name = _("CME")

    def ready(self) -> None:
        # Models exist only now.
        from accounts.mail.kinds import NECESSARY, OPTIONAL, NecessaryMail, OptionalMail  # noqa: PLC0415 - models are loaded only now
        from accounts.mail.services import COMPOSERS  # noqa: PLC0415 - models are loaded only now
        from cme.activities.models import Activity  # noqa: PLC0415 - models are loaded only now
        from cme.certificates.services import CERTIFICATE_MAIL  # noqa: PLC0415 - models are loaded only now
        from cme.claims.reminders import UNCLAIMED_MAIL  # noqa: PLC0415 - models are loaded only now
        from cme.mails import compose_certificate, compose_unclaimed  # noqa: PLC0415 - models are loaded only now
        from courses.writing.published import forget_published  # noqa: PLC0415 - models are loaded only now

        for changed in (post_save, post_delete):
            changed.connect(forget_published, sender=Activity)

        COMPOSERS.update({CERTIFICATE_MAIL: compose_certificate, UNCLAIMED_MAIL: compose_unclaimed})
        NECESSARY.append(
            NecessaryMail(
                kinds=frozenset([CERTIFICATE_MAIL]),
                title=_("Certificates"),
                reason=_("You claimed the credit, and the mail brings the document."),
            )
        )
        OPTIONAL[UNCLAIMED_MAIL] = OptionalMail(
            title=_("Credit waiting to be claimed"),
            description=_(
                "One mail, a week after you completed a course, if you have not claimed its credit and still can."
            ),
            # It is the learner's own, they paid for it, and it lapses.
            is_on_at_first=True,
        )
