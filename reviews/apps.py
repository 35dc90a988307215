from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Review")

    def ready(self) -> None:
        from core.publishing import GATES  # noqa: PLC0415 - models are loaded only now
        from reviews import receivers  # noqa: PLC0415 - models are loaded only now
        from reviews.gate import ReviewGate  # noqa: PLC0415 - models are loaded only now

        autodiscover_modules("review_kinds")
        GATES.append(ReviewGate())
        receivers.connect()
