"""From rows to the files of a course: what is published of it, or the newest of everything."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from courses.assessment.services.objectives import match_objectives
from courses.models import Course, Lesson, Module, Objective, Question, QuestionUse, Video
from courses.writing.archiving import IN_USE, LESSON_IN_USE
from courses.writing.queries import get_past_slugs
from escan.loader.blocks import Names, write_blocks
from escan.loader.errors import ContentError
from escan.loader.fields import COURSE, FACULTY, LESSON, TEST_SET, write_fields
from escan.loader.questions import QuestionNames, write_question
from escan.packages.errors import NothingToExport
from escan.packages.media import Stored, Words
from escan.packages.names import NameBook, name_facts, name_image, name_video
from escan.packages.tree import Fields, LessonFile, Tree, write_facts
from escan.packages.videos import write_video
from imaging.models import Study, TestSet
from imaging.synthesis import GENERATOR
from imaging.synthesis.recipes import Recipe


@dataclass
class Collected:
    tree: Tree
    left: list[str] = field(default_factory=list)
    """What stays in the academy, a sentence for each, and why."""
    images: dict[str, int] = field(default_factory=dict)
    """The keys of the rows behind the files, by their paths in the course's folder; of videos by their folders."""
    videos: dict[str, int] = field(default_factory=dict)


def collect(course: Course, *, drafts: bool) -> Collected:
    """Raises NothingToExport where nothing is published, and ContentError for words that no file can say."""
    if not drafts and not course.live:
        raise NothingToExport
    return _Collector(course, drafts=drafts).collect()


class _Collector:
    def __init__(self, course: Course, *, drafts: bool) -> None:
        self.row = course
        self.drafts = drafts
        self.course: Any = self.newest(course)
        self.done = Collected(Tree(course.slug, {}))
        self.tree = self.done.tree
        self.book = NameBook()
        self.studies: dict[int, str] = {}
        self.slugs: dict[int, str] = {}
        self.lessons = {row.pk: row for row in self.list_lessons()}
        self.questions = {row.pk: row for row in self.list_questions()}
        rows = list(Objective.objects.filter(course=course))
        matched = match_objectives(rows, self.course.objective_list)
        self.objectives = {row.pk: number for number, row in enumerate(matched, start=1) if row}

    def newest(self, row: Any) -> Any:
        return row.get_latest_revision_as_object() if self.drafts else row

    def list_lessons(self) -> Iterator[Lesson]:
        rows = Lesson.objects.filter(LESSON_IN_USE, module__course=self.row).select_related("latest_revision")
        for row in rows.order_by("module__position", "module", "position", "pk"):
            if row.live or self.drafts:
                # An address that no version was published under yet is no address.
                self.slugs[row.pk] = row.slug
                yield self.newest(row)

    def list_questions(self) -> Iterator[Question]:
        rows = Question.objects.filter(course=self.row).select_related("latest_revision").order_by("key")
        for row in rows:
            if row.live or self.drafts:
                yield self.newest(row)

    def collect(self) -> Collected:
        self.tree.course = self.write_course()
        for lesson in self.lessons.values():
            # What was announced and never written is a line of the outline.
            if lesson.live or lesson.latest_revision_id:
                self.tree.lessons[self.slugs[lesson.pk]] = self.write_lesson(lesson)
        self.tree.questions = [entry for row in self.questions.values() if (entry := self.write_question(row))]
        studies = Study.objects.in_bulk(list(self.studies))
        self.tree.studies = [self.write_study(studies[pk], key) for pk, key in self.studies.items()]
        for test_set in TestSet.objects.filter(course__in=[self.row.slug, *get_past_slugs(self.row)]):
            said = {**write_fields(test_set, TEST_SET), "course": self.row.slug}
            self.tree.test_sets[test_set.slug] = {**said, "cases": [shorten(case) for case in test_set.cases]}
        return self.done

    def leave(self, told: str) -> str:
        if told not in self.done.left:
            self.done.left.append(told)
        return ""

    # --- The course -------------------------------------------------------------------------------------

    def write_course(self) -> Fields:
        written = write_fields(self.course, COURSE)
        written["faculty"] = [write_fields(person, FACULTY) for person in self.course.faculty.all()]
        written["modules"] = [
            {"title": module.title, "lessons": list(self.write_outline(module))}
            for module in Module.objects.filter(IN_USE, course=self.row).order_by("position", "pk")
        ]
        return written

    def write_outline(self, module: Module) -> Iterator[Fields]:
        rows = Lesson.objects.filter(IN_USE, module=module).order_by("position", "pk")
        for row in rows.defer("body"):
            is_written = row.live or (self.drafts and row.latest_revision_id)
            if is_written:
                yield {"slug": row.slug}
            elif row.is_announced:
                yield {"slug": row.slug, "title": row.title}
            elif self.drafts:
                self.leave(_("“{lesson}” is neither written nor announced.").format(lesson=row.title))

    def write_lesson(self, lesson: Lesson) -> LessonFile:
        names = Names(
            image=partial(self.name_image, "figures"),
            picture=partial(self.name_image, "pictures"),
            video=self.name_video,
            question=partial(self.name_check, lesson),
            study=partial(self.name_study, lesson),
        )
        blocks = list(lesson.body.raw_data)
        if any(block["type"] in ("view", "pair") and not block["value"]["is_synthetic"] for block in blocks):
            told = _("“{lesson}” shows pictures of patients. They stay here; the lesson comes in without them.")
            self.leave(told.format(lesson=lesson.title))
        try:
            text = write_blocks(blocks, names)
        except ContentError as error:
            raise ContentError(f"lessons/{self.slugs[lesson.pk]}.md: {error}") from error
        return LessonFile(write_fields(lesson, LESSON), text)

    # --- What a lesson or a question names --------------------------------------------------------------

    def name_image(self, folder: str, pk: int) -> str:
        image = get_image_model().objects.filter(pk=pk).first()
        if image is None:
            return self.leave(_("Picture {number} is gone.").format(number=pk))
        name = name_image(self.book, folder, image)
        self.keep_image(f"{folder}/{name}", image)
        return name

    def keep_image(self, path: str, image: Any) -> None:
        self.tree.media[path] = Stored(image.file.name)
        self.done.images[path] = image.pk

    def name_picture(self, pk: int, facts: Fields) -> str:
        image = get_image_model().objects.get(pk=pk)
        name = name_image(self.book, "pictures", image)
        key = name_facts(self.book, name, facts)
        self.keep_image(f"pictures/{key}{PurePath(name).suffix}", image)
        self.tree.media[f"pictures/{key}.json"] = Words(write_facts(facts))
        return key

    def name_video(self, pk: int) -> str:
        video = Video.objects.filter(pk=pk).first()
        if video is None:
            return self.leave(_("Video {number} is gone.").format(number=pk))
        name = name_video(self.book, video)
        self.tree.media |= {f"videos/{name}/{file}": media for file, media in write_video(video).items()}
        self.done.videos[name] = pk
        return name

    def name_check(self, lesson: Lesson, pk: int) -> str:
        if pk in self.questions:
            return str(self.questions[pk].key)
        told = _("A check of “{lesson}” is not published, or is of another course: the lesson comes in without it.")
        return self.leave(told.format(lesson=lesson.title))

    def name_study(self, lesson: Lesson, pk: int) -> str:
        study = Study.objects.filter(pk=pk).first()
        if study is None or study.is_real:
            told = _("“{lesson}” gives a real case to be read. It stays here; the lesson comes in without it.")
            return self.leave(told.format(lesson=lesson.title)) if study else ""
        self.studies[pk] = f"seed-{study.seed}"
        return self.studies[pk]

    def write_study(self, study: Study, key: str) -> Fields:
        return {"key": key, "generator": GENERATOR, **shorten(study.recipe)}

    def write_question(self, question: Question) -> Fields:
        names = QuestionNames(
            figure=partial(self.name_image, "figures"),
            picture=self.name_picture,
            lesson=self.name_lesson,
            objective=lambda pk: self.objectives.get(pk, 0),
            question=lambda pk: str(self.questions[pk].key) if pk in self.questions else "",
        )
        if question.use == QuestionUse.WORDS and question.stands_for_id not in self.questions:
            told = _("The question {key} stands for one that is not published.")
            self.leave(told.format(key=question.key))
            return {}
        try:
            return write_question(question, names)
        except ContentError as error:
            raise ContentError(f"questions.yaml: question {question.key}: {error}") from error

    def name_lesson(self, pk: int) -> str:
        if pk in self.lessons:
            return self.slugs[pk]
        return self.leave(_("Some questions say to read a lesson that does not travel: they come in without that."))


DEFAULTS = Recipe(seed=0).to_dict()
OF_FINDINGS = {"distribution": "grouped", "side": "L", "variant": "", "amount": 1.0}


def shorten(recipe: Fields) -> Fields:
    """A recipe in the words that a person would write: without what is so anyway. A case of a test set has no seed.

    Databases keep no order of what stands in JSON; this has one.
    """
    whole = Recipe.from_dict({"seed": 0, **recipe}).to_dict()
    said = {name: value for name, value in whole.items() if value != DEFAULTS.get(name) or name == "density"}
    if "findings" in said:
        said["findings"] = [
            {name: value for name, value in each.items() if value != OF_FINDINGS.get(name)} for each in said["findings"]
        ]
    return said
