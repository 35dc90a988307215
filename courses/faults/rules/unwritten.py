"""What a new course begins with, and nobody has written yet."""

from collections.abc import Iterator

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.faults.reading import CourseText, LessonText, words_of
from courses.writing.beginning import MARK
from courses.writing.models import Course, Lesson


@rule("course-to-be-written", Course, stops=True, is_watched=False)
def course_is_written(course: CourseText) -> Iterator[Found]:
    """No line of a course has the mark [?] of what is to be written."""
    fields = {"title": [course.title], "summary": [course.summary], "audience": [course.audience]}
    for field, texts in {**fields, "objectives": course.objectives}.items():
        for text in texts:
            if MARK in text:
                yield Found(_tell(text), field)


@rule("lesson-to-be-written", Lesson, stops=True, is_watched=False)
def lesson_is_written(lesson: LessonText) -> Iterator[Found]:
    """No part of a lesson has the mark [?] of what is to be written."""
    for field, text in (("title", lesson.title), ("summary", lesson.summary)):
        if MARK in text:
            yield Found(_tell(text), field)
    for block in lesson.body.blocks:
        marked = next((words for html in block.rich_texts if MARK in (words := words_of(html))), None)
        if marked is not None:
            yield Found(_tell(marked[marked.index(MARK) :]), "body", block.pk)


def _tell(text: str) -> str:
    return gettext("Still to be written: “{text}”").format(text=text.replace(MARK, "").strip())
