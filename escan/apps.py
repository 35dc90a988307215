from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class EscanConfig(AppConfig):
    name = "escan"

    def ready(self) -> None:
        # Models exist only once apps are ready.
        from cme.claims.queries import why_no_refund  # noqa: PLC0415 - models are loaded only now
        from core.texts import Source  # noqa: PLC0415 - models are loaded only now
        from courses.writing.published import forget_published  # noqa: PLC0415 - models are loaded only now
        from escan import receivers  # noqa: PLC0415 - models are loaded only now
        from escan.operations import metrics  # noqa: F401, PLC0415 - the worker counts its tasks from here on
        from escan.roles import ensure_authors, ensure_office, ensure_reviewers, ensure_support  # noqa: PLC0415 - models are loaded only now
        from escan.window import get_offer  # noqa: PLC0415 - models are loaded only now
        from escan.wording.queries import get_edited  # noqa: PLC0415 - models are loaded only now
        from escan.wording.services import ensure_word_sets  # noqa: PLC0415 - models are loaded only now
        from imaging.models import TestSet  # noqa: PLC0415 - models are loaded only now
        from payments.offers import OFFERS  # noqa: PLC0415 - models are loaded only now
        from payments.queries.refunds import OBSTACLES  # noqa: PLC0415 - models are loaded only now

        receivers.connect()
        for changed in (post_save, post_delete):
            changed.connect(forget_published, sender=TestSet)  # pages of courses name theirs
        OBSTACLES.append(why_no_refund)
        OFFERS.append(get_offer)
        Source.read = get_edited
        post_migrate.connect(ensure_authors, sender=self)
        post_migrate.connect(ensure_reviewers, sender=self)
        post_migrate.connect(ensure_support, sender=self)
        post_migrate.connect(ensure_office, sender=self)
        post_migrate.connect(ensure_word_sets, sender=self)
