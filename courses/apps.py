from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        # Models exist only now.
        from accounts.mail.kinds import OPTIONAL, OptionalMail  # noqa: PLC0415 - models are loaded only now
        from accounts.mail.services import COMPOSERS  # noqa: PLC0415 - models are loaded only now
        from courses.recall.mails import compose_review_due  # noqa: PLC0415 - models are loaded only now
        from courses.recall.reminders import REVIEW_MAIL  # noqa: PLC0415 - models are loaded only now
        from courses.videos.models import Video  # noqa: PLC0415 - models are loaded only now
        from courses.writing import models as writing  # noqa: PLC0415 - models are loaded only now
        from courses.writing.published import forget_published  # noqa: PLC0415 - models are loaded only now

        for model in (writing.Course, writing.Module, writing.Lesson, writing.LessonRendering, Video):
            post_save.connect(forget_published, sender=model)
            post_delete.connect(forget_published, sender=model)
        COMPOSERS[REVIEW_MAIL] = compose_review_due
        OPTIONAL[REVIEW_MAIL] = OptionalMail(
            title=_("Questions due for review"),
            description=_(
                "One mail a week at most, when questions are due and you have not reviewed for three days. It comes "
                "only after you have reviewed once, and stops after a month without."
            ),
            # Only who has begun gets it: what they began works by coming back in time.
            is_on_at_first=True,
        )
