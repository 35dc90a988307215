"""A course as its authors see it on one screen: whatever stands in it, and what it still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from courses.assessment.models.questions import Objective, Question, QuestionUse
from courses.studio.queries import get_status, in_brief
from courses.writing.models import Course, Lesson, LessonRendering, Module


@dataclass(frozen=True)
class OutlinedLesson:
    lesson: Lesson
    title: str
    """Of the draft, where there is one."""
    status: str
    checks: int
    """In its text: what is published of it, or the draft of what never was."""
    is_first: bool = False
    """Of the course: no step leads further up."""
    is_last: bool = False

    @property
    def old_title(self) -> str:
        """What learners read, where the draft has another."""
        return self.lesson.title if self.lesson.live and self.lesson.title != self.title else ""


@dataclass(frozen=True)
class OutlinedModule:
    module: Module
    lessons: list[OutlinedLesson]
    is_first: bool
    is_last: bool

    @property
    def minutes(self) -> int:
        return sum(each.lesson.minutes for each in self.lessons)


@dataclass(frozen=True)
class OutlinedObjective:
    pk: int
    text: str
    checks: int
    """Published; and so are the questions."""
    questions: int
    drafts: int

    @property
    def is_missing(self) -> bool:
        return not (self.checks and self.questions)


@dataclass(frozen=True)
class CourseOutline:
    course: Course
    title: str
    status: str
    modules: list[OutlinedModule]
    objectives: list[OutlinedObjective]
    without_objective: int
    """Questions, published or not."""
    faults: list[str]
    """What publishing the course waits for."""
    lessons: list[OutlinedLesson] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lessons", [each for module in self.modules for each in module.lessons])

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def never_published(self) -> int:
        return sum(not each.lesson.live for each in self.lessons)

    @property
    def changed(self) -> int:
        """Lessons that learners read, and that have a newer draft."""
        return sum(each.lesson.live and each.lesson.has_unpublished_changes for each in self.lessons)

    @property
    def objectives_missing(self) -> int:
        return sum(each.is_missing for each in self.objectives)

    @property
    def is_complete(self) -> bool:
        waits = self.faults or self.never_published or self.changed
        return not (waits or self.objectives_missing or self.without_objective)


def get_course_outline(course: Course) -> CourseOutline:
    """The same number of queries, however many modules, lessons, objectives and questions there are."""
    row = in_brief(Course).get(pk=course.pk)
    lessons = list(in_brief(Lesson).filter(module__course=course).order_by("position", "pk"))
    checks = _count_checks(course)
    objectives, without = _count_questions(course)
    return CourseOutline(
        course=row,
        title=_get_title(row),
        status=get_status(row),
        modules=_fill(list(Module.objects.filter(course=course).order_by("position", "pk")), lessons, checks),
        objectives=objectives,
        without_objective=without,
        # Of the draft: what would be published.
        faults=list(course.get_latest_revision_as_object().find_faults().values()),
    )


def _fill(modules: list[Module], lessons: list[Lesson], checks: dict[int, int]) -> list[OutlinedModule]:
    filled = []
    for module in modules:
        is_first, is_last = module is modules[0], module is modules[-1]
        own = [lesson for lesson in lessons if lesson.module_id == module.pk]
        rows = [
            OutlinedLesson(
                row,
                title=_get_title(row),
                status=get_status(row),
                checks=checks.get(row.pk, 0),
                is_first=is_first and row is own[0],
                is_last=is_last and row is own[-1],
            )
            for row in own
        ]
        filled.append(OutlinedModule(module, rows, is_first=is_first, is_last=is_last))
    return filled


def _get_title(row: Any) -> str:
    return str(row.latest_revision.object_str) if row.latest_revision_id else str(row.title)


def _count_checks(course: Course) -> dict[int, int]:
    published = LessonRendering.objects.published().filter(lesson__module__course=course)
    counted = {pk: len(questions) for pk, questions in published.values_list("lesson_id", "question_ids")}
    drafts = Lesson.objects.filter(module__course=course, live=False).values_list("pk", "body")
    return counted | {pk: _count_blocks(body.raw_data) for pk, body in drafts}


def _count_blocks(blocks: Iterable[Any]) -> int:
    return sum(block["type"] == "question" for block in blocks)


def _count_questions(course: Course) -> tuple[list[OutlinedObjective], int]:
    """Questions in words stand for others, and count nowhere."""
    own, in_words = Q(questions__course=course), Q(questions__use=QuestionUse.WORDS)
    published = own & Q(questions__live=True)
    rows = Objective.objects.filter(course=course).annotate(
        checks=Count("questions", filter=published & Q(questions__use=QuestionUse.CHECK)),
        asked=Count("questions", filter=published & Q(questions__use=QuestionUse.TEST)),
        drafts=Count("questions", filter=own & Q(questions__live=False) & ~in_words),
    )
    counted = rows.order_by("position", "pk").values_list("pk", "text", "checks", "asked", "drafts")
    objectives = [OutlinedObjective(*row) for row in counted]
    homeless = Question.objects.filter(course=course, objective=None).exclude(use=QuestionUse.WORDS)
    return objectives, homeless.count()
