from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        # Models exist only now.
        from courses.videos.models import Video  # noqa: PLC0415 - models are loaded only now
        from courses.writing import models as writing  # noqa: PLC0415 - models are loaded only now
        from courses.writing.published import forget_published  # noqa: PLC0415 - models are loaded only now

        for model in (writing.Course, writing.Module, writing.Lesson, writing.LessonRendering, Video):
            post_save.connect(forget_published, sender=model)
            post_delete.connect(forget_published, sender=model)
