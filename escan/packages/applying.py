"""From the tree of a course to rows: as drafts, through the services that authors' own rows come by."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Revision

from accounts.models import User
from core.keeping import is_kept
from courses.assessment.services.objectives import draft_objectives, keep_objectives
from courses.models import Archived, Course, Lesson, Module, Objective, Question, QuestionUse, Video
from courses.writing import services as authoring
from courses.writing.archiving import IN_USE, LESSON_IN_USE
from escan.loader.fields import COURSE, FACULTY, LESSON, TEST_SET, read_fields
from escan.loader.markdown import Keep, read_blocks
from escan.loader.questions import Pictures, read_question
from escan.packages.collecting import Collected
from escan.packages.comparing import SAME, Change, compare, list_items
from escan.packages.errors import PackageRefused
from escan.packages.identity import keep_block_ids
from escan.packages.media import OnDisk
from escan.packages.tree import Fields, Tree
from escan.packages.videos import keep_package_video, same_video
from imaging.coursework.errors import SeedTaken
from imaging.coursework.services import order_study
from imaging.pictures.specs import FOLDER
from imaging.synthesis import Recipe
from imaging.testsets.services import upsert_test_set

MAY_PUBLISH = ("courses.publish_course", "courses.publish_lesson", "courses.publish_question")


@dataclass
class Applied:
    course: Course | None = None
    revisions: dict[str, int] = field(default_factory=dict)
    """What came in, as lesson/slug, question/key and course/slug, with the version that it made."""
    waits: list[str] = field(default_factory=list)
    """What was to be published and is a draft, with what it lacks."""
    stored: list[str] = field(default_factory=list)
    """Names in the storage, which go again where the rows do."""


@contextmanager
def undoing_files(applied: Applied) -> Iterator[None]:
    """All or nothing, in the storage, too."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for name in applied.stored:
            default_storage.delete(name)
        raise


def apply_tree(
    tree: Tree,
    *,
    folder: Path,
    current: Collected | None,
    by: User | None,
    publish: bool,
    progress: Callable[[int], None] = lambda done: None,
) -> Applied:
    """`folder` is the unpacked one of the course, `current` the course that is there. Raises PackageRefused."""
    applied = Applied()
    with undoing_files(applied):
        _Applier(tree, folder, current, by, publish, progress, applied).apply()
    return applied


class _Applier:
    def __init__(
        self,
        tree: Tree,
        folder: Path,
        current: Collected | None,
        by: User | None,
        publish: bool,
        progress: Callable[[int], None],
        applied: Applied,
    ) -> None:
        self.tree, self.folder, self.current, self.by, self.publish = tree, folder, current, by, publish
        self.progress, self.applied = progress, applied
        self.course: Any = Course.objects.select_for_update().filter(slug=tree.slug).first()
        self.changes = {
            (change.kind, change.name): change
            for change in compare(list_items(current.tree) if current else {}, list_items(tree))
        }
        self.done = 0
        self.lessons: dict[str, Lesson] = {}
        self.objectives: list[Objective] = []
        self.images: dict[str, int] = {}
        self.videos: dict[str, int] = {}
        self.studies = {str(entry["key"]): entry for entry in tree.studies}

    def is_same(self, kind: str, name: str) -> bool:
        return self.changes[kind, name].what == SAME

    def apply(self) -> None:
        is_read = self.course is not None and self.course.live
        self.draft_course()
        lines = self.tree.course["objectives"]
        if not is_read or self.publish:
            keep_objectives(self.course.pk, lines)
            self.objectives = list(Objective.objects.filter(course=self.course).order_by("position"))
        else:
            self.objectives = draft_objectives(self.course.pk, lines)
        self.place_lessons(is_quiet=is_read and not self.publish)
        self.remove_left()
        for entry in sorted(self.tree.questions, key=lambda entry: "stands_for" in entry):
            self.draft_question(entry)
            self.step()
        for slug in self.tree.lessons:
            self.draft_lesson(slug)
            self.step()
        if self.publish or not is_read:
            # A set has no draft, and is offered by its course alone.
            for slug, said in self.tree.test_sets.items():
                upsert_test_set(slug=slug, **read_fields(said, TEST_SET))
        if self.publish:
            self.publish_all()
        log(self.course, "escan.import_course", user=self.by, data={"things": len(self.applied.revisions)})
        self.applied.course = self.course

    def step(self) -> None:
        self.done += 1
        self.progress(self.done)

    # --- The course -------------------------------------------------------------------------------------

    def draft_course(self) -> None:
        if self.course is None or not self.is_same("course", self.tree.slug):
            revision = authoring.draft_course(
                slug=self.tree.slug,
                fields=read_fields(self.tree.course, COURSE),
                faculty=[read_fields(person, FACULTY) for person in self.tree.course["faculty"]],
                by=self.by,
                has_gaps=True,
            )
            self.remember("course", self.tree.slug, revision)
            self.course = Course.objects.get(slug=self.tree.slug)

    def remember(self, kind: str, name: str, revision: Revision) -> None:
        self.applied.revisions[f"{kind}/{name}"] = revision.pk

    def place_lessons(self, *, is_quiet: bool) -> None:
        """A place has no draft. A lesson that is new and written is not announced to who reads the course already."""
        known = set(Lesson.objects.values_list("slug", flat=True))
        modules = [
            (module["title"], [(entry["slug"], self.get_title(entry)) for entry in module["lessons"]])
            for module in self.tree.course["modules"]
        ]
        self.restore_named(modules)
        authoring.place_lessons(course=self.course, modules=modules, has_gaps=True)
        slugs = [slug for _title, lessons in modules for slug, _lesson in lessons]
        if is_quiet:
            new = [slug for slug in slugs if slug not in known and slug in self.tree.lessons]
            Lesson.objects.filter(slug__in=new).update(is_announced=False)
        self.lessons = {row.slug: row for row in Lesson.objects.filter(slug__in=slugs)}
        titles = [title for title, _lessons in modules]
        left = Module.objects.filter(course=self.course).exclude(title__in=titles)
        for position, module in enumerate(left.order_by("position", "pk"), start=len(titles)):
            Module.objects.filter(pk=module.pk).update(position=position)

    def restore_named(self, modules: list[tuple[str, list[tuple[str, str]]]]) -> None:
        """What was archived here, and is in the package, comes back as a draft."""
        slugs = [slug for _title, lessons in modules for slug, _lesson in lessons]
        named = Q(lesson__slug__in=slugs) | Q(
            module__course=self.course, module__title__in=[each[0] for each in modules]
        )
        Archived.objects.filter(named | Q(course=self.course)).delete()

    def get_title(self, entry: Fields) -> str:
        lesson = self.tree.lessons.get(entry["slug"])
        return str(lesson.meta["title"] if lesson else entry["title"])

    def remove_left(self) -> None:
        """Drafts that the package does not have. What was published, read or answered stays."""
        questions = Question.objects.filter(course=self.course).exclude(
            key__in=[str(entry["key"]) for entry in self.tree.questions]
        )
        for question in questions.order_by("-use"):  # what is in words goes before what it stands for
            self.remove(question)
        lessons = Lesson.objects.filter(LESSON_IN_USE, module__course=self.course).exclude(slug__in=self.lessons)
        for lesson in lessons:
            self.remove(lesson)
        for module in Module.objects.filter(IN_USE, course=self.course, lessons=None):
            if module.title not in [each["title"] for each in self.tree.course["modules"]]:
                module.delete()

    def remove(self, row: Lesson | Question) -> None:
        if may_remove(row):
            log(row, "wagtail.delete", user=self.by, deleted=True)
            row.delete()

    # --- Questions and lessons --------------------------------------------------------------------------

    def draft_question(self, entry: Fields) -> None:
        key = str(entry["key"])
        if self.is_same("question", key) and Question.objects.filter(key=key).exists():
            return
        pictures = Pictures(
            figure=partial(self.keep_image, "figures"),
            picture=lambda name: self.keep_image("pictures", f"{name}.webp"),
            facts=self.read_facts,
            others=lambda name: (),
        )
        read = read_question(entry, pictures)
        stands_for = Question.objects.get(key=entry["stands_for"]) if "stands_for" in entry else None
        links = {
            "lesson": self.lessons[entry["lesson"]] if "lesson" in entry else None,
            "objective": self.objectives[entry["objective"] - 1] if "objective" in entry else None,
            "stands_for": stands_for,
        }
        revision = authoring.draft_question(
            key=key,
            course=self.course,
            fields={**read.fields, **links},
            choices=read.choices,
            regions=read.regions,
            by=self.by,
            has_gaps=True,
        )
        self.remember("question", key, revision)

    def draft_lesson(self, slug: str) -> None:
        row = self.lessons[slug]
        if self.is_same("lesson", slug) and row.latest_revision_id:
            return
        lesson = self.tree.lessons[slug]
        keep = Keep(
            image=partial(self.keep_image, "figures"),
            picture=partial(self.keep_image, "pictures"),
            video=self.keep_video,
            question=lambda key: Question.objects.get(key=key).pk,
            study=self.order_study,
        )
        blocks = read_blocks(lesson.text, slug=slug, keep=keep)
        keep_block_ids(blocks, before=row.get_latest_revision_as_object().body.raw_data, slug=slug)
        fields = {**read_fields(lesson.meta, LESSON), "body": json.dumps(blocks)}
        self.remember("lesson", slug, authoring.draft_lesson(slug=slug, fields=fields, by=self.by, has_gaps=True))

    # --- What they name ---------------------------------------------------------------------------------

    def read_facts(self, key: str) -> Fields:
        facts: Fields = json.loads(b"".join(self.tree.media[f"pictures/{key}.json"].read()))
        return facts

    def keep_image(self, folder: str, name: str) -> int:
        path = f"{folder}/{name}"
        if path not in self.images:
            self.images[path] = self.find_here(path) or self.add_image(folder, name)
        return self.images[path]

    def find_here(self, path: str) -> int | None:
        """The image of the course that is this very file."""
        here = self.current.tree.media.get(path) if self.current else None
        is_same = here is not None and here.sha256 == self.tree.media[path].sha256
        return self.current.images.get(path) if self.current and is_same else None

    def add_image(self, folder: str, name: str) -> int:
        images = get_image_model().objects
        title = f"{self.tree.slug}/{name}"
        known = set(images.filter(title=title).values_list("pk", flat=True))
        media = self.tree.media[f"{folder}/{name}"]
        path = media.path if isinstance(media, OnDisk) else self.folder / folder / name
        # Where it shows a finding, its name says nothing of it.
        hidden = f"{media.sha256[:16]}{PurePath(name).suffix}" if folder == FOLDER else ""
        kept = authoring.keep_image(title=title, path=path, name=hidden)
        if kept not in known:
            self.applied.stored.append(str(images.get(pk=kept).file.name))
        return kept

    def keep_video(self, name: str) -> int:
        if name not in self.videos:
            here = self.current.videos.get(name) if self.current else None
            row = Video.objects.filter(pk=here).first() if here else None
            if row is None or not same_video(self.tree, name, self.current):
                row = keep_package_video(self.tree, name, self.applied.stored)
            self.videos[name] = row.pk
        return self.videos[name]

    def order_study(self, key: str) -> int:
        try:
            return order_study(recipe=Recipe.from_dict(self.studies[key]))
        except SeedTaken as taken:
            raise PackageRefused(f"studies.yaml: {taken}") from taken

    # --- Publishing -------------------------------------------------------------------------------------

    def publish_all(self) -> None:
        """Each that passes the checks of an author's own: questions first, for lessons have them; the course last."""
        keys = [str(entry["key"]) for entry in self.tree.questions]
        questions = Question.objects.filter(key__in=keys, course=self.course)
        in_words = questions.filter(use=QuestionUse.WORDS)
        for question in [*questions.exclude(use=QuestionUse.WORDS), *in_words]:
            self.publish_row(question)
        for slug in self.tree.lessons:
            self.publish_row(Lesson.objects.get(slug=slug))
            self.step()
        self.publish_row(Course.objects.get(pk=self.course.pk))

    def publish_row(self, row: Any) -> None:
        if row.live and row.live_revision_id == row.latest_revision_id:
            return
        try:
            with transaction.atomic():
                row.latest_revision.publish(user=self.by)
        except ValidationError as error:
            told = _("“{row}” waits as a draft: {told}")
            self.applied.waits.append(told.format(row=row, told=" ".join(dict.fromkeys(error.messages))))


def may_remove(row: Lesson | Question) -> bool:
    """A draft that nobody has met, and nothing that must stay names."""
    return not row.live and row.first_published_at is None and not is_kept(row)


def describe_removal(change: Change) -> str:
    """What becomes of a thing that the package does not have."""
    row: Lesson | Question | None = None
    if change.kind == "lesson":
        row = Lesson.objects.filter(slug=change.name).first()
    elif change.kind == "question":
        row = Question.objects.filter(key=change.name).first()
    if row is not None and may_remove(row):
        return _("It is a draft that nobody has met, and is deleted.")
    return _("It stays: it was published, or something that must stay names it. Take it off by hand.")
