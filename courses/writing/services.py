"""What authors and the content loader write. Every saved thing is a revision; publishing is a step of its own."""

from collections.abc import Sequence
from contextlib import nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, Revision

from accounts.models import User
from core.publishing import allowing_gaps
from courses.assessment.models.questions import Choice, Question, Region
from courses.writing.drawings import read_drawing
from courses.writing.models import Course, FacultyMember, Lesson, LessonRendering, Module, PublishedSlug
from courses.writing.published import forget_published
from courses.writing.rendering import render_lesson

Fields = dict[str, Any]


class ModulePlace(TypedDict):
    id: int
    position: int


class Place(TypedDict):
    id: int
    module: int
    position: int


class PlacedLessons(TypedDict):
    """The rows that `place_lessons` made of titles and slugs, and where it put them. Can be kept as JSON."""

    modules: dict[str, ModulePlace]
    lessons: dict[str, Place]


@transaction.atomic
def draft_course(
    *, slug: str, fields: Fields, faculty: Sequence[Fields], by: User | None = None, has_gaps: bool = False
) -> Revision:
    """With `has_gaps` it may lack what a draft may lack."""
    course = Course.objects.filter(slug=slug).first() or Course.objects.create(slug=slug, live=False, **fields)
    _assign(course, fields)
    people = [FacultyMember(sort_order=order, **person) for order, person in enumerate(faculty)]
    course.faculty.set([_child(person, has_gaps=has_gaps) for person in people])
    return _keep_draft(course, by, has_gaps=has_gaps)


def _keep_draft(row: Any, by: User | None, *, has_gaps: bool) -> Revision:
    with allowing_gaps(row) if has_gaps else nullcontext():
        row.full_clean()
    revision: Revision = row.save_revision(user=by, log_action=True, clean=False)
    return revision


@transaction.atomic
def place_lessons(
    *,
    course: Course,
    modules: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    before: PlacedLessons | None = None,
    has_gaps: bool = False,
) -> tuple[PlacedLessons, list[str]]:
    """Put modules and lessons in order: (module title, [(lesson slug, title)]). A lesson that is new is announced.
    With `has_gaps` it may lack its title, and is not.

    Returns where everything is, and what was left alone. With that as `before`, rows are found again under other names,
    and what an author moved or deleted since stays so.
    """
    after = deepcopy(before) if before else PlacedLessons(modules={}, lessons={})
    left = []
    for position, (title, lessons) in enumerate(modules):
        module = _find_module(course, title, after)
        if module is None and not lessons and title not in after["modules"]:
            module = Module.objects.create(course=course, title=title, position=position)
        if module is not None:
            _place_module(module, title, position, after)
        for place, (slug, lesson_title) in enumerate(lessons):
            lesson = _find_lesson(course, slug, after)
            if lesson is not None:
                _retitle_announced(lesson, lesson_title)
            if told := _told_of_author(lesson, after["lessons"].get(slug), module, place):
                left.append(f"lesson/{slug}: {told} in the studio since; left alone")
                continue
            if module is None:
                module = Module.objects.create(course=course, title=title, position=position)
                after["modules"][title] = {"id": module.pk, "position": position}
            if lesson is None:
                lesson = _announce(module, slug, lesson_title, place, has_gaps=has_gaps)
            else:
                Lesson.objects.filter(pk=lesson.pk).update(module=module, position=place)
            after["lessons"][slug] = {"id": lesson.pk, "module": module.pk, "position": place}
    forget_published()
    return after, left


def _find_module(course: Course, title: str, outline: PlacedLessons) -> Module | None:
    known = outline["modules"].get(title)
    found = Module.objects.filter(pk=known["id"]).first() if known else None
    return found or Module.objects.filter(course=course, title=title).first()


def _place_module(module: Module, title: str, position: int, outline: PlacedLessons) -> None:
    known = outline["modules"].get(title)
    if known is None or known["id"] != module.pk or known["position"] == module.position:
        Module.objects.filter(pk=module.pk).update(position=position)
        outline["modules"][title] = {"id": module.pk, "position": position}


def _find_lesson(course: Course, slug: str, outline: PlacedLessons) -> Lesson | None:
    if known := outline["lessons"].get(slug):
        return Lesson.objects.filter(pk=known["id"]).first()
    lesson = Lesson.objects.select_related("module").filter(slug=slug).first()
    if lesson is not None and lesson.module_id and lesson.module.course_id != course.pk:
        raise ValidationError(gettext("The lesson “{slug}” belongs to another course.").format(slug=slug))
    return lesson


def _told_of_author(lesson: Lesson | None, known: Place | None, module: Module | None, place: int) -> str:
    """What an author did to a lesson since it was placed, if the outline would undo it."""
    if known is None:
        return ""
    if lesson is None:
        return "deleted"
    here = (lesson.module_id, lesson.position)
    is_wanted = module is not None and here == (module.pk, place)
    return "" if is_wanted or here == (known["module"], known["position"]) else "moved"


def _announce(module: Module, slug: str, title: str, position: int, *, has_gaps: bool) -> Lesson:
    lesson = Lesson(module=module, slug=slug, title=title, position=position, live=False, is_announced=bool(title))
    with allowing_gaps(lesson) if has_gaps else nullcontext():
        lesson.full_clean()
    lesson.save()
    return lesson


def _retitle_announced(lesson: Lesson, title: str) -> None:
    """What has no revision was never edited: its title is the outline's."""
    if lesson.latest_revision_id is None and title not in ("", lesson.title):
        lesson.title = title
        lesson.full_clean(exclude=["module"])  # a draft may have none, and placing it comes after
        lesson.save(update_fields=["title"])


@transaction.atomic
def draft_lesson(*, slug: str, fields: Fields, by: User | None = None, has_gaps: bool = False) -> Revision:
    """A new revision of a lesson that `place_lessons` has placed."""
    lesson = Lesson.objects.get(slug=slug)
    _assign(lesson, fields)
    return _keep_draft(lesson, by, has_gaps=has_gaps)


@transaction.atomic
def draft_question(
    *,
    key: str,
    course: Course,
    fields: Fields,
    choices: Sequence[Fields],
    regions: Sequence[Fields] = (),
    by: User | None = None,
    has_gaps: bool = False,
) -> Revision:
    question = Question.objects.filter(key=key).first() or Question.objects.create(
        key=key, course=course, live=False, **fields
    )
    _assign(question, fields)
    # A draft may lack what publishing asks for.
    given = [Choice(sort_order=order, **choice) for order, choice in enumerate(choices)]
    question.choices.set([_child(choice, "rationale", has_gaps=has_gaps) for choice in given])
    question.regions.set([_child(Region(sort_order=order, **region)) for order, region in enumerate(regions)])
    return _keep_draft(question, by, has_gaps=has_gaps)


class NewQuestion(NamedTuple):
    key: str
    fields: Fields
    choices: Sequence[Fields]


@transaction.atomic
def add_questions(*, course: Course, questions: Sequence[NewQuestion], by: User | None) -> list[Question]:
    """New questions as drafts, which may still lack rationales, each as if it had been saved in the studio.

    In a few statements for all of them: saved one by one, a thousand take minutes. What they say is checked before.
    Raises IntegrityError where a key is taken.
    """
    now = timezone.now()
    made = Question.objects.bulk_create(
        Question(key=new.key, course=course, live=False, has_unpublished_changes=True, **new.fields)
        for new in questions
    )
    kind = ContentType.objects.get_for_model(Question)
    for question, new in zip(made, questions, strict=True):
        question.choices.set([Choice(sort_order=order, **choice) for order, choice in enumerate(new.choices)])
        question.regions.set([])  # or each would be asked of the database
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=kind,
            base_content_type=kind,
            object_id=str(question.pk),
            created_at=now,
            user=by,
            object_str=str(question),
            content=question.serializable_data(),
        )
        for question in made
    )
    for question, revision in zip(made, revisions, strict=True):
        question.latest_revision = revision
    Question.objects.bulk_update(made, ["latest_revision"])
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(question.pk),
            label=str(question),
            action="wagtail.create",
            timestamp=now,
            user=by,
            revision=question.latest_revision,
            content_changed=True,
        )
        for question in made
    )
    return made


def keep_slug(row: Course | Lesson) -> None:
    """From now on the addresses under this slug lead here, whoever had it before (decision 42)."""
    kind = "course" if isinstance(row, Course) else "lesson"
    PublishedSlug.objects.update_or_create(
        slug=row.slug, **{f"{kind}__isnull": False}, defaults={kind: row}, create_defaults={"slug": row.slug, kind: row}
    )


def show_module(module: Module) -> None:
    """A draft of a module goes live with the first of its lessons, under the title that its reviewer read above it."""
    if not module.live and module.latest_revision:
        module.latest_revision.publish()


def keep_rendering(*, lesson: Lesson, revision: Revision) -> None:
    """A published revision's HTML. What is published again is rendered anew."""
    rendering = render_lesson(body=lesson.body, lesson_id=lesson.pk)
    LessonRendering.objects.update_or_create(
        revision=revision, defaults={"lesson_id": lesson.pk, **rendering._asdict()}
    )


def render_again(*, video_id: int | None = None) -> list[str]:
    """Make the HTML of live lessons anew, where the templates of their blocks, or what they show, changed since.

    Of every lesson, or of those that show a video. Returns their slugs.
    """
    changed = []
    for text in LessonRendering.objects.published().select_related("lesson", "revision"):
        if video_id is not None and video_id not in text.video_ids:
            continue
        html = render_lesson(body=text.revision.as_object().body, lesson_id=text.lesson_id).html
        if html != text.html:
            text.html = html
            text.save(update_fields=["html"])
            changed.append(text.lesson.slug)
    return changed


def keep_image(*, title: str, path: Path, name: str = "") -> int:
    """The id of an image with this very content; a changed file becomes a new image, for old revisions keep theirs.

    It is stored under the file's name, or under another that tells less.
    """
    images = get_image_model().objects
    content = path.read_bytes()
    if path.suffix.lower() == ".svg":
        content = read_drawing(content)
    for image in images.filter(title=title):
        with image.open_file() as stored:
            if stored.read() == content:
                return int(image.pk)
    return int(images.create(title=title, file=ContentFile(content, name=name or path.name), file_size=len(content)).pk)


def _child(row: Any, *may_lack: str, has_gaps: bool = False) -> Any:
    """A row that is saved with its parent, whose own check leaves it out."""
    with allowing_gaps(row) if has_gaps else nullcontext():
        row.clean_fields(exclude=["course", "question", *(name for name in may_lack if not getattr(row, name))])
    return row


def _assign(instance: Any, fields: Fields) -> None:
    for name, value in fields.items():
        setattr(instance, name, value)
