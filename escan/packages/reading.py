"""From the files of a course to its tree: every file is judged by what it holds, before anything is written of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.publishing import allowing_gaps
from courses.models import Choice, Course, FacultyMember, Lesson, Module, Question, QuestionUse, Region
from escan.loader.blocks import Names, write_blocks
from escan.loader.errors import ContentError
from escan.loader.fields import (
    COURSE,
    FACULTY,
    LESSON,
    TEST_SET,
    check_course,
    list_names,
    read_fields,
    write_fields,
)
from escan.loader.markdown import Keep, ShippedView, check_fields, read_blocks
from escan.loader.pictures import find_fresh, read_view
from escan.loader.prose import refusing_html
from escan.loader.questions import Pictures, QuestionNames, read_question, write_question
from escan.loader.rows import blaming, read_front, read_yaml
from escan.loader.videos import FACTS
from escan.packages.checking import check_facts, check_picture, check_words, read_video
from escan.packages.collecting import shorten
from escan.packages.errors import PackageRefused
from escan.packages.media import OnDisk, Words
from escan.packages.names import NameBook
from escan.packages.tree import Fields, LessonFile, Tree, write_facts
from imaging.models import TestSet
from imaging.synthesis import GENERATOR, BadRecipe, Recipe

FOLDERS = ("lessons", "figures", "pictures", "videos")
LISTS = ("course.yaml", "questions.yaml", "studies.yaml", "pictures.yaml", "activity.yaml")
STUDY = ("key", "generator", "seed", "density", "findings", "distractors", "context", "extra_views", "prior")


@dataclass
class Unpacked:
    tree: Tree
    notes: list[str] = field(default_factory=list)
    """What of the files does not come in, a sentence for each."""


def read_tree(root: Path, slug: str) -> Unpacked:
    """Raises PackageRefused with the name of the file and what is wrong with it."""
    try:
        with refusing_html():
            return _Reader(root, slug).read()
    except ContentError as error:
        raise PackageRefused(str(error).replace(f"{root}/", "")) from error


class _Reader:
    def __init__(self, root: Path, slug: str) -> None:
        self.root, self.slug = root, slug
        self.folder = root / "courses" / slug
        self.done = Unpacked(Tree(slug, {}))
        self.tree = self.done.tree
        self.facts: dict[str, Fields] = {}
        self.studies: dict[str, str] = {}
        self.videos: dict[str, str] = {}
        self.book = NameBook()

    def read(self) -> Unpacked:
        self.check_names()
        self.tree.course = self.read_course()
        self.tree.studies = list(self.read_studies())
        self.tree.lessons = dict(self.read_lessons())
        self.tree.questions = self.read_questions()
        self.tree.test_sets = dict(self.read_test_sets())
        self.tell_unused()
        return self.done

    # --- What there is ------------------------------------------------------------------------------------

    def list_files(self) -> list[PurePath]:
        return sorted(path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())

    def check_names(self) -> None:
        if not (self.folder / "course.yaml").is_file():
            raise ContentError(_("courses/{slug}/course.yaml is not in the package.").format(slug=self.slug))
        for path in self.list_files():
            if not self.is_known(path.parts):
                raise ContentError(_("{path}: no file of a course lies there or is called so.").format(path=path))

    def is_known(self, parts: tuple[str, ...]) -> bool:
        if parts[0] == "test-sets":
            return len(parts) == 2 and parts[1].endswith(".yaml")
        if parts[:2] != ("courses", self.slug):
            return False
        match parts[2:]:
            case (name,):
                return name in LISTS
            case ("lessons", name):
                return name.endswith(".md")
            case ("figures" | "pictures", _name):
                return True
            case ("videos", _folder, _name):
                return True
        return False

    def tell_unused(self) -> None:
        if (self.folder / "activity.yaml").is_file():
            self.done.notes.append(_("The designation for credit stays in its academy: the CME office makes one here."))
        for path in self.list_files():
            parts = path.parts[2:]
            if parts[:1] in (("figures",), ("pictures",), ("videos",)) and "/".join(parts) not in self.tree.media:
                if self.find_use(parts):
                    continue
                self.done.notes.append(_("{path} is shown nowhere, and does not come in.").format(path=path))

    def find_use(self, parts: tuple[str, ...]) -> bool:
        """Under another name: a video under its title's; what is known of a picture stands where it is shown."""
        if parts[0] == "videos":
            return parts[1] in self.videos
        name = PurePath(parts[-1])
        return name.suffix == ".json" and f"pictures/{name.stem}.webp" in self.tree.media

    # --- Each file ----------------------------------------------------------------------------------------

    def read_course(self) -> Fields:
        path = self.folder / "course.yaml"
        with blaming(path):
            data = check_course(read_yaml(path))
            check_words(data)
            course = Course(slug=self.slug, **read_fields(data, COURSE))
            clean(course)
            faculty = [FacultyMember(**read_fields(person, FACULTY)) for person in data["faculty"]]
            for person in faculty:
                clean(person, "course")
            modules = [self.read_module(module) for module in data["modules"]]
            refuse_twice([module["title"] for module in modules], _("a module"))
            refuse_twice([entry["slug"] for module in modules for entry in module["lessons"]], _("a lesson"))
            people = [write_fields(person, FACULTY) for person in faculty]
            return {**write_fields(course, COURSE), "faculty": people, "modules": modules}

    def read_module(self, module: Fields) -> Fields:
        Module(title=module["title"]).clean_fields(exclude=["course"])  # a module has no draft
        return {"title": module["title"], "lessons": [self.read_entry(entry) for entry in module["lessons"]]}

    def read_entry(self, entry: Fields) -> Fields:
        slug = entry["slug"]
        is_written = isinstance(slug, str) and (self.folder / "lessons" / f"{slug}.md").is_file()
        title = "-" if is_written else entry["title"]
        # What is announced has its title.
        Lesson(slug=slug, title=title).clean_fields(exclude=["module", "body"])
        return {"slug": slug} if is_written else {"slug": slug, "title": title}

    def read_lessons(self) -> Iterator[tuple[str, LessonFile]]:
        outlined = [entry["slug"] for module in self.tree.course["modules"] for entry in module["lessons"]]
        for path in sorted((self.folder / "lessons").glob("*.md")):
            if path.stem not in outlined:
                raise ContentError(_("{path}: the outline in course.yaml has no such lesson.").format(path=path))
        for slug in outlined:
            path = self.folder / "lessons" / f"{slug}.md"
            if path.is_file():
                with blaming(path):
                    yield slug, self.read_lesson(slug, path)

    def read_lesson(self, slug: str, path: Path) -> LessonFile:
        meta, text = read_front(path)
        check_fields(meta, list_names(LESSON))
        keep = Keep(
            image=lambda name: self.keep_file("figures", name),
            picture=lambda name: self.keep_file("pictures", name),
            video=self.keep_video,
            question=str,
            view=self.keep_view,
            study=self.find_study,
        )
        blocks = read_blocks(text, slug=slug, keep=keep)
        check_words([meta, blocks])
        lesson = Lesson(slug=slug, **read_fields(meta, LESSON))
        clean(lesson, "module", "body")
        same = Names(*[lambda name: name] * len(Names._fields))
        return LessonFile(write_fields(lesson, LESSON), write_blocks(blocks, same))

    def read_questions(self) -> list[Fields]:
        path = self.folder / "questions.yaml"
        with blaming(path):
            entries = read_yaml(path) or []
            if not isinstance(entries, list):
                raise ContentError(_("there should be a list of questions"))
            keys = [check_fields(entry, entry.keys())["key"] for entry in entries]
            refuse_twice(keys, _("a question"))
            read = [self.read_question(entry, set(keys)) for entry in entries]
            self.check_checks({str(entry["key"]): entry.get("use", QuestionUse.TEST) for entry in read})
            return sorted(read, key=lambda entry: str(entry["key"]))

    def check_checks(self, uses: dict[str, str]) -> None:
        for slug, lesson in self.tree.lessons.items():
            for key in re.findall(r"^::: question\n(.+)\n:::$", lesson.text, re.MULTILINE):
                if uses.get(key) != QuestionUse.CHECK:
                    raise ContentError(
                        _("lessons/{slug}.md: there is no question {key} whose use is check.").format(
                            slug=slug, key=key
                        )
                    )

    def read_question(self, entry: Fields, keys: set[str]) -> Fields:
        try:
            check_words(entry)
            return self.canonize_question(entry, keys)
        except KeyError as error:
            raise ContentError(_("question {key}: {field} is missing").format(key=entry["key"], field=error)) from error
        except (ContentError, ValidationError) as error:
            told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise ContentError(_("question {key}: {told}").format(key=entry["key"], told=told)) from error

    def canonize_question(self, entry: Fields, keys: set[str]) -> Fields:
        pictures = Pictures(
            figure=lambda name: self.keep_file("figures", name),
            picture=lambda key: self.keep_file("pictures", f"{key}.webp"),
            facts=self.keep_facts,
            others=lambda key: find_fresh(self.folder, key),
        )
        read = read_question(entry, pictures)
        fields = {**read.fields, "image_id": None}
        question = Question(key=entry["key"], **fields)
        clean(question, "course")
        choices = [Choice(sort_order=order, **choice) for order, choice in enumerate(read.choices)]
        regions = [Region(sort_order=order, **region) for order, region in enumerate(read.regions)]
        for row in (*choices, *regions):
            clean(row, "question")
        question.choices.set(choices)
        question.regions.set(regions)
        question.image_id = read.fields["image_id"]
        lessons = {entry["slug"] for module in self.tree.course["modules"] for entry in module["lessons"]}
        if "lesson" in entry and entry["lesson"] not in lessons:
            raise ContentError(_("the course has no lesson {slug}").format(slug=entry["lesson"]))
        objectives = range(1, len(self.tree.course["objectives"]) + 1)
        if "objective" in entry and (type(entry["objective"]) is not int or entry["objective"] not in objectives):
            raise ContentError(_("the course has no objective {number}").format(number=entry["objective"]))
        if "stands_for" in entry and entry["stands_for"] not in keys - {entry["key"]}:
            raise ContentError(_("there is no question {key}").format(key=entry["stands_for"]))
        if ("stands_for" in entry) != (question.use == QuestionUse.WORDS):
            raise ContentError(_("a question in words names the one it stands for, and no other does"))
        # Rows that are not there yet have no keys: their names stand for them.
        links = {name: entry.get(name) for name in ("lesson", "objective", "stands_for")}
        said = _Linked(question, links)
        same = QuestionNames(str, lambda name, _facts: PurePath(name).stem, str, int, str)
        return write_question(said, same)

    def read_studies(self) -> Iterator[Fields]:
        path = self.folder / "studies.yaml"
        if not path.is_file():
            return
        with blaming(path):
            entries = read_yaml(path) or []
            refuse_twice([entry["key"] for entry in entries], _("a study"))
            for entry in entries:
                check_fields(entry, STUDY)
                if type(entry["generator"]) is not int or entry["generator"] > GENERATOR:
                    told = _("study {key} is made by a newer generator than this academy has: update the academy")
                    raise ContentError(told.format(key=entry["key"]))
                recipe = read_recipe(entry)
                self.studies[str(entry["key"])] = f"seed-{recipe.seed}"
                said = {"key": f"seed-{recipe.seed}", "generator": entry["generator"]}
                yield {**said, **shorten(recipe.to_dict())}

    def read_test_sets(self) -> Iterator[tuple[str, Fields]]:
        for path in sorted((self.root / "test-sets").glob("*.yaml")):
            with blaming(path):
                data = check_fields(read_yaml(path), list_names(TEST_SET))
                check_words(data)
                if data.get("course") != self.slug:
                    raise ContentError(_("the set belongs to another course than the package"))
                cases = [shorten(read_recipe({**case, "seed": 0}).to_dict()) for case in data["cases"]]
                for case in cases:
                    case.pop("seed", None)
                row = TestSet(slug=path.stem, **{**read_fields(data, TEST_SET), "cases": cases})
                row.clean_fields()
                yield path.stem, write_fields(row, TEST_SET)

    # --- What they name -----------------------------------------------------------------------------------

    def keep_file(self, folder: str, name: Any) -> str:
        path = f"{folder}/{name}"
        if path not in self.tree.media:
            file = self.folder / path
            if not isinstance(name, str) or "/" in name or not file.is_file():
                raise ContentError(_("there is no file {path}").format(path=path))
            with blaming(file):
                check_name(name)
                check_picture(file)
            self.tree.media[path] = OnDisk(file)
        return str(name)

    def keep_facts(self, key: str) -> Fields:
        if key not in self.facts:
            file = self.folder / "pictures" / f"{key}.json"
            with blaming(file):
                self.facts[key] = check_facts(file)
            self.tree.media[f"pictures/{key}.json"] = Words(write_facts(self.facts[key]))
        return self.facts[key]

    def keep_view(self, key: str) -> ShippedView:
        self.keep_file("pictures", f"{key}.webp")
        check_facts(self.folder / "pictures" / f"{key}.json")
        return read_view(self.folder, key)

    def keep_video(self, folder: Any) -> str:
        """Its name is that of its title, as when it goes out."""
        path = self.folder / "videos" / str(folder)
        if not isinstance(folder, str) or "/" in folder or not (path / FACTS).is_file():
            raise ContentError(_("there is no video {name}").format(name=folder))
        if folder not in self.videos:
            with blaming(path):
                video = read_video(path)
            name = self.book.take("videos", video.title, "", video.original.sha256)
            self.videos[folder] = name
            self.tree.media |= {f"videos/{name}/{file}": media for file, media in video.files.items()}
        return self.videos[folder]

    def find_study(self, key: Any) -> str:
        if str(key) not in self.studies:
            raise ContentError(_("there is no study {key} in studies.yaml").format(key=key))
        return self.studies[str(key)]


class _Linked:
    """A question that is no row yet, with names in the place of keys."""

    def __init__(self, question: Question, links: Fields) -> None:
        self._question = question
        self.lesson_id, self.objective_id, self.stands_for_id = links.values()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._question, name)


def check_name(name: str) -> None:
    """As it would go out again."""
    path = PurePath(name)
    if slugify(path.stem) != path.stem or path.suffix != path.suffix.lower():
        raise ContentError(_("the name of a picture has small letters, digits and hyphens, and an ending such as .png"))


def read_recipe(data: Fields) -> Recipe:
    try:
        return Recipe.from_dict(data)
    except BadRecipe as error:
        raise ContentError(str(error)) from error


def clean(row: Model, *exclude: str) -> None:
    """What a draft may lack may lack; what is there is checked as the studio checks it. Raises ValidationError."""
    with allowing_gaps(row):
        row.clean_fields(exclude=exclude)


def refuse_twice(names: list[Any], what: str) -> None:
    if twice := [name for name in names if names.count(name) > 1]:
        raise ContentError(_("{what} stands in it twice: {name}").format(what=what, name=twice[0]))
