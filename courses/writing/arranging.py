"""The order of a course as authors arrange it: what stands where, and what it is called.

A place has no draft: learners see a move at once, and no version of a lesson, published later or again, takes it back.
Whatever is arranged locks the course's row first, so two authors at once arrange one after the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex

from accounts.models import User
from courses.errors import LearningError
from courses.writing.models import Course, Lesson, Module
from courses.writing.published import forget_published

UP, DOWN = -1, 1
Row = TypeVar("Row", Lesson, Module)


class NotArranged(LearningError):
    """What an author asked of the outline and cannot have. Nothing was written."""


class Target(NamedTuple):
    """Where to: a step up or down, or before another row. Without that one it is the end."""

    step: int = 0
    module_id: int | None = None
    """Of a lesson that does not step."""
    before_id: int | None = None


@dataclass
class _Outline:
    course: Course
    modules: list[Module]
    lessons: dict[int, list[Lesson]] = field(default_factory=dict)
    """By the keys of their modules, in order."""

    def find_module(self, pk: int | None) -> Module:
        return _find(self.modules, pk, gettext("This module does not belong to the course."))

    def find_lesson(self, pk: int | None) -> Lesson:
        rows = [lesson for lessons in self.lessons.values() for lesson in lessons]
        return _find(rows, pk, gettext("This lesson does not belong to the course."))


@transaction.atomic
def move(
    *, course_id: int, target: Target, by: User, lesson_id: int | None = None, module_id: int | None = None
) -> str:
    """Put a lesson or a module of the course elsewhere in it, and number all without a gap. Returns where it is now.

    Raises NotArranged where the course has no such row, or the row cannot go there.
    """
    outline = _lock(course_id)
    moved: Lesson | Module
    if lesson_id is not None:
        moved = outline.find_lesson(lesson_id)
        told = _move_lesson(outline, moved, target)
    else:
        moved = outline.find_module(module_id)
        told = _move_module(outline, moved, target)
    log(moved, "courses.move", user=by)
    return told


def _move_lesson(outline: _Outline, lesson: Lesson, target: Target) -> str:
    home = outline.find_module(lesson.module_id)
    module, before = _step(outline, lesson, target.step) if target.step else _aim(outline, target)
    if before is not lesson:
        outline.lessons[home.pk].remove(lesson)
        _insert(outline.lessons[module.pk], lesson, before)
    _number(outline)
    if module is not home:
        ReferenceIndex.create_or_update_for_object(Lesson.objects.get(pk=lesson.pk))
    siblings = outline.lessons[module.pk]
    told = gettext("“{row}” is now lesson {place} of {all} in “{module}”.")
    return told.format(row=lesson, place=siblings.index(lesson) + 1, all=len(siblings), module=module.title)


def _aim(outline: _Outline, target: Target) -> tuple[Module, Lesson | None]:
    module = outline.find_module(target.module_id)
    if target.before_id is None:
        return module, None
    left = gettext("The lesson before which it should go is not there any more. Look at the outline again.")
    return module, _find(outline.lessons[module.pk], target.before_id, left)


def _step(outline: _Outline, lesson: Lesson, step: int) -> tuple[Module, Lesson | None]:
    """Beyond the first and the last of a module is the module before or after."""
    home = outline.find_module(lesson.module_id)
    siblings = outline.lessons[home.pk]
    place = siblings.index(lesson) + step
    if 0 <= place < len(siblings):
        return home, _get(siblings, place if step == UP else place + 1)
    beyond = outline.modules.index(home) + step
    if not 0 <= beyond < len(outline.modules):
        raise NotArranged(_tell_edge(step))
    module = outline.modules[beyond]
    return module, None if step == UP else _get(outline.lessons[module.pk], 0)


def _move_module(outline: _Outline, module: Module, target: Target) -> str:
    modules = outline.modules
    if target.step:
        place = modules.index(module) + target.step
        if not 0 <= place < len(modules):
            raise NotArranged(_tell_edge(target.step))
        before = _get(modules, place if target.step == UP else place + 1)
    else:
        before = outline.find_module(target.before_id) if target.before_id is not None else None
    if before is not module:
        modules.remove(module)
        _insert(modules, module, before)
    _number(outline)
    told = gettext("“{row}” is now module {place} of {all}.")
    return told.format(row=module.title, place=modules.index(module) + 1, all=len(modules))


def _tell_edge(step: int) -> str:
    return gettext("It is the first already.") if step == UP else gettext("It is the last already.")


@transaction.atomic
def add_module(*, course_id: int, title: str, by: User) -> Module:
    """Behind all others. Raises NotArranged for a title that the course has already."""
    outline = _lock(course_id)
    module = Module(course=outline.course, title=title, position=len(outline.modules))
    _check(module)
    _number(outline)
    module.save()
    module.save_revision(user=by, clean=False).publish(user=by, log_action=False)
    log(module, "wagtail.create", user=by)
    return module


@transaction.atomic
def rename_module(*, course_id: int, module_id: int, title: str, by: User) -> Module:
    """In its draft, as its editor does; at once where no learner sees it yet."""
    row = _lock(course_id).find_module(module_id)
    _refuse_locked(row, by)
    draft = row.get_latest_revision_as_object()
    if draft.title == title:
        return draft
    draft.title = title
    _check(draft)
    revision = draft.save_revision(user=by, log_action=True, clean=False)
    if not row.is_seen:
        revision.publish(user=by)
    return draft


@transaction.atomic
def rename_lesson(*, course_id: int, lesson_id: int, title: str, by: User) -> Lesson:
    """In its draft, as its editor does: what is published keeps its title until the draft is."""
    row = Lesson.objects.select_for_update(of=("self",)).filter(pk=lesson_id, module__course=course_id).first()
    if row is None:
        raise NotArranged(gettext("This lesson does not belong to the course."))
    _refuse_locked(row, by)
    draft = row.get_latest_revision_as_object()
    if draft.title == title:
        return draft
    draft.title = title
    try:
        draft.clean_fields(exclude={each.name for each in Lesson._meta.fields} - {"title"})
    except ValidationError as refused:
        raise NotArranged(" ".join(refused.messages)) from refused
    if not row.live:
        Lesson.objects.filter(pk=row.pk).update(title=title)
        forget_published()  # it may be announced
    draft.save_revision(user=by, log_action=True, clean=False)
    return draft


def _refuse_locked(row: Lesson | Module, by: User) -> None:
    lock = row.get_lock()
    if lock and lock.for_user(by):
        raise NotArranged(gettext("“{row}” is locked, and keeps its title meanwhile.").format(row=row.title))


def take_place(row: Lesson | Module) -> None:
    """Before a form saves the row: what is new goes last where it belongs, and what has a place keeps it.

    Whatever the form was loaded with: the outline may have moved the row since. Part of the transaction that saves.
    """
    above = "course_id" if isinstance(row, Module) else "module_id"
    rows = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk)
    saved = rows.values(above, "position").first() or {above: None}
    if saved[above] is not None:
        setattr(row, above, saved[above])
        row.position = saved["position"]
    elif getattr(row, above) is not None:
        row.position = _find_end(row)


@transaction.atomic
def put_behind(lesson: Lesson, other: Lesson) -> None:
    """A lesson that is new behind another one of its course; one without a module stays without."""
    if other.module_id is None:
        return
    outline = _lock(other.module.course_id)
    new, siblings = outline.find_lesson(lesson.pk), outline.lessons[other.module.pk]
    siblings.remove(new)
    siblings.insert(siblings.index(other) + 1, new)
    _number(outline)


def go_last(row: Lesson | Module) -> None:
    """Where it belongs, for it has lost its place. Part of the transaction that restores it."""
    if isinstance(row, Lesson) and row.module_id is None:
        return
    row.position = _find_end(row)
    type(row)._default_manager.filter(pk=row.pk).update(position=row.position)


def _find_end(row: Lesson | Module) -> int:
    outline = _lock(row.course_id if isinstance(row, Module) else row.module.course_id)
    there: Sequence[Lesson | Module] = outline.modules
    if isinstance(row, Lesson):
        there = outline.lessons.get(row.module.pk, [])
    return max((other.position + 1 for other in there if other.pk != row.pk), default=0)


def _lock(course_id: int) -> _Outline:
    course = Course.objects.select_for_update(of=("self",)).only("pk", "title").filter(pk=course_id).first()
    if course is None:
        raise NotArranged(gettext("This course does not exist any more."))
    outline = _Outline(course, list(Module.objects.filter(course=course, archived=None).order_by("position", "pk")))
    brief = Lesson.objects.only("pk", "title", "module", "position").filter(module__course=course, archived=None)
    lessons = list(brief.order_by("position", "pk"))
    for module in outline.modules:
        module.course = course
        outline.lessons[module.pk] = [lesson for lesson in lessons if lesson.module_id == module.pk]
    return outline


def _number(outline: _Outline) -> None:
    """Write the places that changed."""
    modules, lessons = [], []
    for place, module in enumerate(outline.modules):
        if module.position != place:
            module.position = place
            modules.append(module)
        for lesson_place, lesson in enumerate(outline.lessons[module.pk]):
            if (lesson.module_id, lesson.position) != (module.pk, lesson_place):
                lesson.module, lesson.position = module, lesson_place
                lessons.append(lesson)
    Module.objects.bulk_update(modules, ["position"])
    Lesson.objects.bulk_update(sorted(lessons, key=attrgetter("pk")), ["module", "position"])
    forget_published()


def _check(module: Module) -> None:
    try:
        module.full_clean()
    except ValidationError as refused:
        raise NotArranged(" ".join(refused.messages)) from refused


def _find(rows: Iterable[Row], pk: int | None, told: str) -> Row:
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise NotArranged(told)
    return found


def _get(rows: Sequence[Row], place: int) -> Row | None:
    return rows[place] if place < len(rows) else None


def _insert(rows: list[Row], row: Row, before: Row | None) -> None:
    rows.insert(rows.index(before) if before is not None else len(rows), row)
