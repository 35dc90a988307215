"""What follows from publishing and from other changes of what learners see.

Wagtail sends `published` from within the transaction in which core.publishing publishes. For what is scheduled and was
never live it comes twice, now and when its time has come; for a scheduled change of what is live it comes then alone.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Revision
from wagtail.signals import page_unpublished, published, unpublished

from courses.assessment.models.questions import Choice, Question, Region
from courses.assessment.services.objectives import keep_objectives
from courses.faults.services import offer_to_look_again
from courses.search import indexing
from courses.search.models import Synonyms
from courses.videos.models import Video
from courses.writing.models import Course, Lesson, LessonRendering, Module
from courses.writing.published import forget_published
from courses.writing.services import keep_rendering, keep_slug, show_module
from reviews.registry import Scope
from reviews.services.settings import forget_steps


def connect() -> None:
    published.connect(follow_course, sender=Course)
    published.connect(follow_lesson, sender=Lesson)
    for signal in (published, unpublished, page_unpublished):
        signal.connect(look_again)
    post_delete.connect(forget_course, sender=Course)
    for model in (Course, Module, Lesson, LessonRendering, Video, Question, Choice, Region, Synonyms):
        post_save.connect(forget_published, sender=model)
        post_delete.connect(forget_published, sender=model)


def forget_course(instance: Course, **_: Any) -> None:
    forget_steps(scope=Scope("course", instance.pk))


def look_again(**_: Any) -> None:
    """Whatever was published or taken off, a guide too, may mend what stands wrong (decision 71)."""
    offer_to_look_again()


def follow_course(instance: Course, **_: Any) -> None:
    # Of a new course that is scheduled, too: questions are written meanwhile, and belong to its objectives.
    keep_objectives(instance.pk, instance.objective_list)
    if instance.live:
        keep_slug(instance)
    indexing.index_course(course_id=instance.pk)


def follow_lesson(instance: Lesson, revision: Revision, **_: Any) -> None:
    if instance.live:
        show_module(instance.module)
        keep_rendering(lesson=instance, revision=revision)
        keep_slug(instance)
    indexing.index_lesson(lesson_id=instance.pk)
