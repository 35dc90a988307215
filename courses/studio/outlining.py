"""A course as its authors see it on one screen: whatever stands in it, and what it still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.safestring import SafeString

from core.faults import Fault, Place
from courses.assessment.models.questions import Objective, QuestionUse
from courses.faults.checking import check_drafts
from courses.faults.lines import write_rows
from courses.studio.queries import get_status, in_brief
from courses.writing.archiving import IN_USE, LESSON_IN_USE
from courses.writing.models import Archived, Course, Lesson, LessonRendering, Module


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
    faults: list[Fault] = field(default_factory=list)
    """Of its draft."""

    @property
    def stops(self) -> int:
        """How many of them stop publishing; the others are advice."""
        return sum(fault.stops for fault in self.faults)

    @property
    def advice(self) -> int:
        return len(self.faults) - self.stops

    @property
    def old_title(self) -> str:
        """What learners read, where the draft has another."""
        return self.lesson.title if self.lesson.live and self.lesson.title != self.title else ""


@dataclass(frozen=True)
class OutlinedModule:
    module: Module
    title: str
    status: str
    lessons: list[OutlinedLesson]
    is_first: bool
    is_last: bool

    @property
    def minutes(self) -> int:
        return sum(each.lesson.minutes for each in self.lessons)

    @property
    def old_title(self) -> str:
        """What learners read, where the draft has another."""
        return self.module.title if self.module.title != self.title else ""


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
    faults: list[Fault]
    """Of all drafts: of the course, of its lessons and of its questions."""
    archived: list["ArchivedRow"] = field(default_factory=list)
    is_archived: bool = False
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
    def stopping(self) -> SafeString:
        return write_rows(group_faults(fault for fault in self.faults if fault.stops), severity="stops")

    @property
    def advice(self) -> SafeString:
        return write_rows(group_faults(fault for fault in self.faults if not fault.stops), severity="advice")

    @property
    def stops(self) -> int:
        return sum(fault.stops for fault in self.faults)

    @property
    def advised(self) -> int:
        return len(self.faults) - self.stops

    @property
    def is_complete(self) -> bool:
        return not (self.stops or self.never_published or self.changed)


@dataclass(frozen=True)
class ArchivedRow:
    """A module, or a lesson of one."""

    title: str
    at: datetime
    restore_at: str
    module: str = ""
    waits_for_module: bool = False
    """That is archived, too, and is restored first."""


@dataclass(frozen=True)
class FaultsOfRow:
    """What is mended in one editor."""

    place: Place
    faults: list[Fault]


def group_faults(faults: Iterable[Fault]) -> list[FaultsOfRow]:
    """In the order in which they were found: the course, its lessons as learners meet them, its questions."""
    rows: dict[Place, list[Fault]] = {}
    for fault in faults:
        rows.setdefault(fault.place, []).append(fault)
    return [FaultsOfRow(place, found) for place, found in rows.items()]


def get_course_outline(course: Course) -> CourseOutline:
    """The same number of queries, however many modules, lessons, objectives and questions there are."""
    row = in_brief(Course).get(pk=course.pk)
    lessons = list(in_brief(Lesson).filter(LESSON_IN_USE, module__course=course).order_by("position", "pk"))
    checks = _count_checks(course)
    faults = check_drafts(course)
    return CourseOutline(
        course=row,
        title=get_title(row),
        status=get_status(row),
        modules=_fill(
            list(in_brief(Module).filter(IN_USE, course=course).order_by("position", "pk")),
            lessons,
            checks,
            _by_lesson(faults),
        ),
        objectives=[objective for _, objective in count_questions(course=course)],
        faults=faults,
        archived=list_archived(course),
        is_archived=row.is_archived,
    )


def list_archived(course: Course) -> list["ArchivedRow"]:
    """In the order in which they went."""
    rows = Archived.objects.filter(Q(module__course=course) | Q(lesson__module__course=course))
    found = rows.select_related("module", "lesson__latest_revision", "lesson__module__archived").defer("lesson__body")
    return [_describe_archived(each) for each in found]


def _describe_archived(each: Archived) -> "ArchivedRow":
    if each.lesson is None:
        module: Any = each.module
        return ArchivedRow(module.title, each.at, reverse("restore_module", args=[module.course_id, module.pk]))
    lesson = each.lesson
    return ArchivedRow(
        title=get_title(lesson),
        at=each.at,
        restore_at=reverse("restore_lesson", args=[lesson.module.course_id, lesson.pk]),
        module=lesson.module.title,
        waits_for_module=hasattr(lesson.module, "archived"),
    )


def _by_lesson(faults: Iterable[Fault]) -> dict[int | None, list[Fault]]:
    """Also where it is mended elsewhere, as the captions of a video are."""
    found: dict[int | None, list[Fault]] = {}
    for fault in faults:
        if fault.at is not None and fault.at.model is Lesson:
            found.setdefault(fault.at.pk, []).append(fault)
    return found


def _fill(
    modules: list[Module], lessons: list[Lesson], checks: dict[int, int], faults: dict[int | None, list[Fault]]
) -> list[OutlinedModule]:
    filled = []
    for module in modules:
        is_first, is_last = module is modules[0], module is modules[-1]
        own = [lesson for lesson in lessons if lesson.module_id == module.pk]
        rows = [
            OutlinedLesson(
                row,
                title=get_title(row),
                status=get_status(row),
                checks=checks.get(row.pk, 0),
                is_first=is_first and row is own[0],
                is_last=is_last and row is own[-1],
                faults=faults.get(row.pk, []),
            )
            for row in own
        ]
        draft = module.latest_revision
        title = str(draft.content["title"]) if draft else module.title
        filled.append(OutlinedModule(module, title, get_status(module), rows, is_first=is_first, is_last=is_last))
    return filled


def get_title(row: Any) -> str:
    return str(row.latest_revision.object_str) if row.latest_revision_id else str(row.title)


def _count_checks(course: Course) -> dict[int, int]:
    published = LessonRendering.objects.published().filter(lesson__module__course=course)
    counted = {pk: len(questions) for pk, questions in published.values_list("lesson_id", "question_ids")}
    drafts = Lesson.objects.filter(module__course=course, live=False).values_list("pk", "body")
    return counted | {pk: _count_blocks(body.raw_data) for pk, body in drafts}


def _count_blocks(blocks: Iterable[Any]) -> int:
    return sum(block["type"] == "question" for block in blocks)


def count_questions(**of: Course) -> list[tuple[int, OutlinedObjective]]:
    """Each objective with the key of its course. Questions in words stand for others, and count nowhere."""
    own, in_words = Q(questions__course=F("course")), Q(questions__use=QuestionUse.WORDS)
    published = own & Q(questions__live=True)
    rows = Objective.objects.filter(**of).annotate(
        checks=Count("questions", filter=published & Q(questions__use=QuestionUse.CHECK)),
        asked=Count("questions", filter=published & Q(questions__use=QuestionUse.TEST)),
        drafts=Count("questions", filter=own & Q(questions__live=False) & ~in_words),
    )
    counted = rows.order_by("position", "pk").values_list("course", "pk", "text", "checks", "asked", "drafts")
    return [(row[0], OutlinedObjective(*row[1:])) for row in counted]
