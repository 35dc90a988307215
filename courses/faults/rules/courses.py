"""A course as a whole: its lessons, its objectives, its faculty, its time."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from core.faults import Found, Place, rule
from courses.faults.known import KnownQuestion
from courses.faults.reading import CourseText, words_of
from courses.timing.method import time_test
from courses.writing.models import Course, Module

LONGEST_SUMMARY = 160
"""Letters that search engines show under a title."""
# What cannot be seen of a learner: "words open to many interpretations" (Mager, Preparing Instructional Objectives).
UNSEEN = re.compile(
    r"^(?:to )?(?:understand|know|learn|appreciate|grasp|realize|believe|enjoy|think about|become|get to know|see"
    r"|be (?:aware|familiar|able to (?:understand|know|appreciate)|introduced|exposed))\b",
    re.IGNORECASE,
)


@rule("course-no-lesson", Course, stops=True)
def has_a_lesson(course: CourseText) -> Iterator[Found]:
    """A lesson of it is published (decision 43)."""
    if not any(lesson.live for lesson in course.known.lessons_of.get(course.pk or 0, ())):
        told = gettext(
            "No lesson of this course is published. Save it as a draft, publish lessons and questions, then this."
        )
        yield Found(told)


@rule("course-gap", Course, stops=True)
def says_what_its_page_shows(course: CourseText) -> Iterator[Found]:
    """A course has a title, a summary, a description, an audience and objectives."""
    for name in ("title", "summary", "description", "audience", "objectives"):
        if not words_of("".join(getattr(course, name))):
            field: Any = Course._meta.get_field(name)
            yield Found(gettext("It lacks this: {field}.").format(field=field.verbose_name), name)


@rule("course-slug-taken", Course, stops=True, is_watched=False)
def has_its_own_address(course: CourseText) -> Iterator[Found]:
    """No other course has its slug."""
    for other in course.known.courses.values():
        if other.slug == course.slug and other.pk != course.pk:
            told = gettext("The course “{other}” has the address “{slug}” already. Choose another.")
            yield Found(told.format(other=other.title, slug=course.slug), "slug")


@rule("course-title-twice", Course)
def has_its_own_title(course: CourseText) -> Iterator[Found]:
    """Two courses have two titles."""
    titles = [other.title.lower() for other in course.known.courses.values() if other.pk != course.pk]
    if course.title.lower() in titles:
        yield Found(gettext("Another course has this title: name them apart."), "title")


@rule("course-long-summary", Course)
def summary_fits_a_search_engine(course: CourseText) -> Iterator[Found]:
    """A summary is shown whole by search engines."""
    if len(course.summary) > LONGEST_SUMMARY:
        told = gettext("The summary has {n} letters, and search engines show about {most}.")
        yield Found(told.format(n=len(course.summary), most=LONGEST_SUMMARY), "summary")


@rule("course-no-faculty", Course)
def names_who_made_it(course: CourseText) -> Iterator[Found]:
    """A course names its faculty: learners are told before it begins who it is by."""
    if not course.faculty:
        yield Found(gettext("Name who made it, each with a disclosure."), "faculty")


@rule("course-faculty-unnamed", Course, stops=True)
def faculty_has_names(course: CourseText) -> Iterator[Found]:
    """Each person of the faculty has a name and a role."""
    for person in course.faculty:
        if not (str(person.get("name") or "").strip() and str(person.get("role") or "").strip()):
            yield Found(gettext("Give each person of the faculty a name and a role."), "faculty")
            return


@rule("course-no-disclosure", Course, stops=True)
def everybody_discloses(course: CourseText) -> Iterator[Found]:
    """Each person of the faculty discloses, or says that there is nothing to disclose.

    ACCME, Standards for Integrity and Independence (2020), standard 3.
    """
    for person in course.faculty:
        if not str(person.get("disclosure") or "").strip():
            told = gettext("{name} has disclosed nothing yet: name what there is, or say that there is none.")
            yield Found(told.format(name=person.get("name")), "faculty")


@rule("objective-unseen", Course)
def objectives_can_be_tested(course: CourseText) -> Iterator[Found]:
    """An objective begins with a verb that can be tested: “name”, and not “understand”."""
    for objective in course.objectives:
        if UNSEEN.match(objective):
            told = gettext(
                "Nobody can see it of a learner: “{objective}”. Begin with what is done: name, choose, measure."
            )
            yield Found(told.format(objective=objective), "objectives")


def find_asked(course: CourseText, objective: str, use: str) -> list[KnownQuestion]:
    """The published questions of this use that belong to an objective."""
    known = course.known.objectives
    keys = {pk for pk, (of, text) in known.items() if of == course.pk and text == objective}
    own = course.known.questions_of.get(course.pk or 0, ())
    return [question for question in own if question.live and question.use == use and question.objective in keys]


@rule("objective-no-question", Course, is_watched=True)
def objectives_are_tested(course: CourseText) -> Iterator[Found]:
    """A question of the tests is published for each objective.

    AMA: an assessment of the achievement of the objectives.
    """
    for objective in course.objectives:
        if not find_asked(course, objective, "test"):
            told = gettext("No question of the tests is published for the objective “{objective}”.")
            yield Found(told.format(objective=objective), "objectives")


@rule("objective-no-check", Course)
def objectives_are_checked(course: CourseText) -> Iterator[Found]:
    """A check is published for each objective."""
    for objective in course.objectives:
        if not find_asked(course, objective, "check"):
            told = gettext("No check in a lesson is published for the objective “{objective}”.")
            yield Found(told.format(objective=objective), "objectives")


@rule("course-minutes", Course)
def minutes_add_up(course: CourseText) -> Iterator[Found]:
    """A course says the minutes that its required lessons and its post-test say together (decision 50)."""
    lessons = [lesson for lesson in course.known.lessons_of.get(course.pk or 0, ()) if lesson.live]
    stated = sum(lesson.minutes for lesson in lessons if lesson.is_required) + time_test(course.post_test_questions)
    if lessons and course.minutes != stated:
        told = gettext("It says {said} minutes, and its lessons and post-test say {stated} together: learners add up.")
        yield Found(told.format(said=course.minutes, stated=stated), "minutes")


@rule("module-empty", Course)
def modules_have_lessons(course: CourseText) -> Iterator[Found]:
    """A module has a lesson."""
    for pk, title in course.known.empty_modules.get(course.pk or 0, ()):
        told = gettext("No lesson stands in the module “{title}”: add one, or delete the module.")
        yield Found(told.format(title=title), place=Place(Module, pk, title))
