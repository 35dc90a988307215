"""What rules must know of other rows: asked of the database once, for all that is checked together."""

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from django.core.files.storage import default_storage
from django.db.models import Q
from wagtail.images import get_image_model

from courses.assessment.models.questions import Objective, Question
from courses.videos.models import Video, VideoStream
from courses.writing.models import Course, Lesson, Module
from imaging.studies.models import Study, StudyPurpose

Read = TypeVar("Read")


class KnownLesson(NamedTuple):
    pk: int
    slug: str
    title: str
    live: bool
    minutes: int
    is_required: bool
    course: int | None
    course_slug: str | None
    is_readable: bool
    """Learners find it: it and its course are published."""


class KnownCourse(NamedTuple):
    pk: int
    slug: str
    title: str
    live: bool


class KnownQuestion(NamedTuple):
    pk: int
    key: str
    course: int
    use: str
    live: bool
    objective: int | None
    image: int | None
    stands_for: int | None
    stands_for_use: str | None


class KnownImage(NamedTuple):
    pk: int
    title: str
    file: str
    size: int | None
    width: int
    height: int

    @property
    def is_drawing(self) -> bool:
        return self.file.lower().endswith(".svg")


class Known:
    """Of what is added before the first rule is asked. Each part takes one query, and only where a rule needs it."""

    def __init__(self, *, looks_at_files: bool = False) -> None:
        self.looks_at_files = looks_at_files
        """Whether files are looked for in storage: slow, so that only the night does."""
        self.bodies: list[Any] = []
        self.questions_asked: list[Any] = []
        self.courses_asked: list[Any] = []
        self._once: dict[Any, Any] = {}

    def with_body(self, body: Read) -> Read:
        """What was read, and what it names is known with the rest; likewise of the others."""
        self.bodies.append(body)
        return body

    def with_question(self, question: Read) -> Read:
        self.questions_asked.append(question)
        return question

    def with_course(self, course: Read) -> Read:
        self.courses_asked.append(course)
        return course

    def once(self, load: Callable[["Known"], Read]) -> Read:
        """What `load` tells, asked once: for what another module or an app above knows of all that is checked."""
        if load not in self._once:
            self._once[load] = load(self)
        return cast(Read, self._once[load])

    # --- Rows of the academy ------------------------------------------------------------------------

    @cached_property
    def modules(self) -> dict[int, int]:
        """The course of each."""
        return dict(Module.objects.order_by().values_list("pk", "course"))

    @cached_property
    def lessons(self) -> dict[int, KnownLesson]:
        rows = Lesson.objects.order_by("module__position", "position", "pk").values_list(
            "pk", "slug", "title", "live", "minutes", "is_required", "module__course", "module__course__slug",
            "module__course__live",
        )  # fmt: skip
        return {row[0]: KnownLesson(*row[:8], is_readable=bool(row[3] and row[8])) for row in rows}

    @cached_property
    def courses(self) -> dict[int, KnownCourse]:
        rows = Course.objects.order_by().values_list("pk", "slug", "title", "live")
        return {row[0]: KnownCourse(*row) for row in rows}

    @cached_property
    def lessons_of(self) -> dict[int, list[KnownLesson]]:
        found: defaultdict[int, list[KnownLesson]] = defaultdict(list)
        for lesson in self.lessons.values():
            if lesson.course is not None:
                found[lesson.course].append(lesson)
        return found

    @cached_property
    def empty_modules(self) -> dict[int, list[tuple[int, str]]]:
        """Of each course the modules without a lesson, with their titles."""
        found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        filled = Lesson.objects.filter(archived=None, module__isnull=False).values("module")
        rows = Module.objects.filter(archived=None).exclude(pk__in=filled).order_by("position")
        for course, pk, title in rows.values_list("course", "pk", "title"):
            found[course].append((pk, title))
        return found

    # --- What is named ------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> dict[int, KnownQuestion]:
        """Those of the courses that are asked about, and those that are named."""
        named = {pk for body in self.bodies for _, pk in body.checks} | {q.stands_for for q in self.questions_asked}
        rows = Question.objects.filter(Q(course__in=self._get_courses()) | Q(pk__in=named - {None}))
        fields = ("pk", "key", "course", "use", "live", "objective", "image", "stands_for", "stands_for__use")
        return {row[0]: KnownQuestion(*row) for row in rows.order_by("key").values_list(*fields)}

    @cached_property
    def questions_of(self) -> dict[int, list[KnownQuestion]]:
        found: defaultdict[int, list[KnownQuestion]] = defaultdict(list)
        for question in self.questions.values():
            found[question.course].append(question)
        return found

    @cached_property
    def keys_of_others(self) -> dict[str, set[int]]:
        """Of the keys of the questions that are asked about, who has them."""
        keys = {question.key for question in self.questions_asked}
        found: defaultdict[str, set[int]] = defaultdict(set)
        for key, pk in Question.objects.filter(key__in=keys).order_by().values_list("key", "pk"):
            found[key].add(pk)
        return found

    @cached_property
    def objectives(self) -> dict[int, tuple[int, str]]:
        """Of each its course and its text."""
        courses = self._get_courses() | {question.course for question in self.questions_asked}
        named = {question.objective for question in self.questions_asked} - {None}
        rows = Objective.objects.filter(Q(course__in=courses) | Q(pk__in=named)).order_by("course", "position")
        return {pk: (course, text) for pk, course, text in rows.values_list("pk", "course", "text")}

    def _get_courses(self) -> set[int]:
        return {course.pk for course in self.courses_asked if course.pk is not None}

    @cached_property
    def images(self) -> dict[int, KnownImage]:
        named = {pk for body in self.bodies for pk in body.image_ids}
        named |= {question.image for question in self.questions_asked if question.image}
        fields = ("pk", "title", "file", "file_size", "width", "height")
        rows = get_image_model().objects.filter(pk__in=named).order_by().values_list(*fields)
        return {row[0]: KnownImage(*row) for row in rows}

    @cached_property
    def videos(self) -> dict[int, Video]:
        named = {pk for body in self.bodies for _, pk in body.videos if pk}
        return Video.objects.defer("playlist").in_bulk(named)

    @cached_property
    def video_files(self) -> dict[int, list[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for video, name in VideoStream.objects.filter(video__in=self.videos).values_list("video", "file"):
            found[video].append(name)
        for shown in self.videos.values():
            found[shown.pk].append(shown.poster.name or "")
        return found

    @cached_property
    def studies(self) -> dict[int, bool]:
        """Those for courses that are named, and whether each lacks a truth."""
        named = {int(pk) for body in self.bodies for _, pk in body.studies if pk}
        rows = Study.objects.filter(pk__in=named, purpose=StudyPurpose.COURSE)
        lacking = set(rows.lacking_a_truth().values_list("pk", flat=True)) if named else set()
        return {pk: pk in lacking for pk in rows.values_list("pk", flat=True)}

    def get_size(self, image: KnownImage) -> int:
        """In bytes. Of pictures that were kept before sizes were, the storage is asked."""
        if image.size is None:
            return int(default_storage.size(image.file)) if default_storage.exists(image.file) else 0
        return image.size

    @cached_property
    def _found_files(self) -> dict[str, bool]:
        return {}

    def has_file(self, name: str) -> bool:
        """True, too, where files are not looked at."""
        if not self.looks_at_files:
            return True
        if name not in self._found_files:
            self._found_files[name] = bool(name) and default_storage.exists(name)
        return self._found_files[name]


class Alone(Known):
    """Of what is no row yet, and names none: nothing is asked of the database."""

    modules = lessons = courses = lessons_of = empty_modules = {}  # type: ignore[assignment]
    questions = questions_of = keys_of_others = objectives = images = videos = studies = {}  # type: ignore[assignment]
