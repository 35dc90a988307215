from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from accounts.names import NAME_CHECKS


class CmeConfig(AppConfig):
    name = "cme"
    verbose_name = _("CME")

    def ready(self) -> None:
        # Models exist only now.
        from cme.activities.models import Activity, CreditType  # noqa: PLC0415 - models are loaded only now
        from cme.activities.queries import get_first_day  # noqa: PLC0415 - models are loaded only now
        from cme.certificates.rendering import explain_missing_glyphs  # noqa: PLC0415 - models are loaded only now
        from courses.assessment.completing import CREDITED_FROM  # noqa: PLC0415 - models are loaded only now
        from courses.writing.published import forget_published  # noqa: PLC0415 - models are loaded only now

        for changed in (post_save, post_delete):
            for sender in (Activity, CreditType):
                changed.connect(forget_published, sender=sender)
        NAME_CHECKS.append(explain_missing_glyphs)
        CREDITED_FROM.append(get_first_day)
