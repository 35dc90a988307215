from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EscanConfig(AppConfig):
    name = "escan"

    def ready(self) -> None:
        # Models exist only once apps are ready.
        from accounts.mail.kinds import NECESSARY, NecessaryMail  # noqa: PLC0415 - models are loaded only now
        from accounts.mail.services import COMPOSERS  # noqa: PLC0415 - models are loaded only now
        from cme.claims.queries import why_no_refund  # noqa: PLC0415 - models are loaded only now
        from escan.mails import compose_to_sender, compose_to_staff  # noqa: PLC0415 - models are loaded only now
        from escan.operations import metrics  # noqa: F401, PLC0415 - the worker counts its tasks from here on
        from escan.roles import ensure_authors  # noqa: PLC0415 - models are loaded only now
        from escan.services import TO_SENDER, TO_STAFF  # noqa: PLC0415 - models are loaded only now
        from payments.queries.refunds import OBSTACLES  # noqa: PLC0415 - models are loaded only now

        OBSTACLES.append(why_no_refund)
        COMPOSERS.update({TO_STAFF: compose_to_staff, TO_SENDER: compose_to_sender})
        NECESSARY.append(
            NecessaryMail(
                kinds=frozenset([TO_STAFF, TO_SENDER]),
                title=_("Answers to what you write"),
                reason=_("One confirmation for each message that you send us, so that you know that it arrived."),
            )
        )
        post_migrate.connect(ensure_authors, sender=self)
