"""Load content/ into the database. Run as often as you like: what has not changed is left alone (decision 15)."""

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Revision

from cme.activities.services import upsert_activity, upsert_credit_type
from cme.models import Activity, CreditType
from courses.assessment.services.objectives import keep_objectives
from courses.models import Course, Lesson, Objective, Question, QuestionUse, Synonyms
from courses.search.services import write_synonyms
from courses.writing import services as authoring
from escan import services
from escan.loader.errors import ContentError
from escan.loader.fields import COURSE, FACULTY, LESSON, check_course, list_names, read_fields
from escan.loader.guides import load_guides
from escan.loader.markdown import Keep, check_fields, read_blocks
from escan.loader.pictures import find_fresh, hash_views, keep_picture, keep_picture_file, keep_view, read_made
from escan.loader.prose import to_html
from escan.loader.questions import Pictures, read_question
from escan.loader.rows import (
    blaming,
    draft_row,
    find_change,
    find_row,
    leave_deleted,
    load_plain,
    load_row,
    read_front,
    read_yaml,
    tell,
)
from escan.loader.studies import find_studies, find_study, load_studies
from escan.loader.videos import hash_folder, keep_video
from escan.models import InformationPage, LoadedContent
from imaging.models import TestSet
from imaging.testsets.services import upsert_test_set
from reviews.services.publishing import publish_loaded


def load_content(root: Path) -> Iterator[str]:
    """Load all of it, in one transaction a course; yields a line for each thing that was made or left for an author."""
    with transaction.atomic():
        yield from load_credit_types(root / "cme" / "credit-types.yaml")
    with transaction.atomic():
        yield from load_pages(root / "pages")
    with transaction.atomic():
        yield from load_synonyms(root / "synonyms.yaml")
    for folder in sorted((root / "courses").iterdir()):
        if (folder / "course.yaml").is_file():
            with transaction.atomic():
                yield from load_course(folder)
    with transaction.atomic():
        yield from load_guides(root)
    with transaction.atomic():
        yield from load_test_sets(root / "test-sets")


def load_credit_types(path: Path) -> Iterator[str]:
    with blaming(path):
        for entry in read_yaml(path):
            key = f"credit-type/{entry['slug']}"
            row = find_row(CreditType, key, slug=entry["slug"])
            yield from load_plain(key, entry, row, partial(upsert_credit_type, **entry))


def load_pages(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.md")):
        meta, text = read_front(path)
        with blaming(path):
            key = f"page/{path.stem}"
            page = find_row(InformationPage, key, slug=path.stem)
            data = {"meta": meta, "text": text}
            yield from load_row(key, data, page, partial(_draft_page, path.stem, meta, text))


def load_synonyms(path: Path) -> Iterator[str]:
    with blaming(path):
        for name, words in read_yaml(path).items() if path.is_file() else ():
            key = f"synonyms/{name}"
            row = find_row(Synonyms, key, words=words)
            yield from load_plain(key, words, row, partial(write_synonyms, row=row, words=words))


def load_test_sets(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.yaml")):
        with blaming(path):
            key, fields = f"test-set/{path.stem}", read_yaml(path)
            row = find_row(TestSet, key, slug=path.stem)
            yield from load_plain(key, fields, row, partial(upsert_test_set, slug=path.stem, **fields))


def _draft_page(slug: str, meta: dict[str, Any], text: str) -> Revision:
    fields = {"title": meta["title"], "summary": meta["summary"], "body": to_html(text)}
    return services.draft_page(slug=slug, fields=fields)


def load_course(folder: Path) -> Iterator[str]:
    slug = folder.name
    key = f"course/{slug}"
    with blaming(folder / "course.yaml"):
        data = check_course(read_yaml(folder / "course.yaml"))
        course = find_row(Course, key, slug=slug)
        drafted, told = draft_row(key, data, course, partial(_draft_course, course.slug if course else slug, data))
        course = find_row(Course, key, slug=slug)
        if course is None:
            yield from told
            return
        if drafted:
            # The questions below belong to them; the course itself is published when all stands that it announces.
            keep_objectives(course.pk, data["objectives"])
        outline = {
            entry["slug"]: folder / "lessons" / f"{entry['slug']}.md"
            for module in data["modules"]
            for entry in module["lessons"]
        }
        yield from _load_outline(f"outline/{slug}", course, data["modules"], outline)
    lessons = _placed_lessons(f"outline/{slug}")
    # Before the lessons, which have some of them as checks.
    with blaming(folder / "questions.yaml"):
        # What is asked in words comes after what it stands for.
        for entry in sorted(read_yaml(folder / "questions.yaml"), key=lambda entry: "stands_for" in entry):
            yield from _load_question(folder, course, lessons, entry)
    yield from load_studies(folder)
    for lesson_slug, path in outline.items():
        if path.is_file():
            with blaming(path):
                yield from _load_lesson(slug, lesson_slug, path, lessons[lesson_slug])
    yield from told
    if drafted:
        yield from _publish_course(key, drafted)
    activity = folder / "activity.yaml"
    if activity.is_file():
        with blaming(activity):
            yield from _load_activity(f"activity/{slug}", course, read_yaml(activity))


def _publish_course(key: str, revision: Revision) -> Iterator[str]:
    try:
        publish_loaded(revision=revision)
    except ValidationError as error:
        # An author took lessons or questions off.
        yield f"{key}: waits as a draft: {' '.join(error.messages)}"
    else:
        yield f"{key}: published"


def _draft_course(slug: str, data: dict[str, Any]) -> Revision:
    faculty = [read_fields(person, FACULTY) for person in data["faculty"]]
    return authoring.draft_course(slug=slug, fields=read_fields(data, COURSE), faculty=faculty)


def _load_outline(key: str, course: Course, modules: list[dict[str, Any]], outline: dict[str, Path]) -> Iterator[str]:
    loaded = find_change(key, modules)
    if loaded is not None:
        placed = _placed(modules, outline)
        loaded.state, left = authoring.place_lessons(course=course, modules=placed, before=loaded.state)
        loaded.save()
        yield from left


def _placed_lessons(key: str) -> dict[str, Lesson | None]:
    """The lessons by their slugs in the files; None for one that was deleted."""
    outline: Any = LoadedContent.objects.get(key=key).state
    places = outline["lessons"]
    rows = Lesson.objects.defer("body").in_bulk([place["id"] for place in places.values()])
    return {slug: rows.get(place["id"]) for slug, place in places.items()}


def _placed(modules: list[dict[str, Any]], outline: dict[str, Path]) -> list[tuple[str, list[tuple[str, str]]]]:
    def title(entry: dict[str, Any]) -> str:
        path = outline[entry["slug"]]
        if not path.is_file():
            return str(entry["title"])
        with blaming(path):
            return str(Lesson._meta.get_field("title").clean(read_front(path)[0]["title"], None))

    return [(module["title"], [(entry["slug"], title(entry)) for entry in module["lessons"]]) for module in modules]


def _load_lesson(course: str, slug: str, path: Path, lesson: Lesson | None) -> Iterator[str]:
    meta, text = read_front(path)
    figures, videos = (path.parent.parent / name for name in ("figures", "videos"))

    def keep_image(name: str) -> int:
        return _keep_figure(course, figures, name)

    def keep_lesson_video(name: str) -> int:
        if not (videos / name / "video.yaml").is_file():
            raise ContentError(f"there is no video {name}")
        with blaming(videos / name):
            return keep_video(key=f"video/{course}/{name}", folder=videos / name)

    def draft(row: Lesson) -> Revision:
        blocks = read_blocks(
            text,
            slug=slug,
            keep=Keep(
                image=keep_image,
                video=keep_lesson_video,
                question=_find_question,
                view=partial(keep_view, path.parent.parent),
                study=partial(find_study, course),
                picture=partial(keep_picture_file, path.parent.parent),
            ),
        )
        fields = read_fields(check_fields(meta, list_names(LESSON)), LESSON)
        return authoring.draft_lesson(slug=row.slug, fields={**fields, "body": json.dumps(blocks)})

    pictures = {
        name: hashlib.sha256((figures / name).read_bytes()).hexdigest()
        for name in sorted(file.name for file in figures.glob("*") if file.name in text)
    }
    key = f"lesson/{slug}"
    data = {"meta": meta, "text": text, "figures": pictures}
    # Only then, so that lessons without one are not new to an academy that stands.
    if shown := [folder for folder in sorted(videos.glob("*")) if folder.name in text]:
        data["videos"] = {folder.name: hash_folder(folder) for folder in shown}
    if views := hash_views(path.parent.parent, text):
        data["views"] = views
    if studies := find_studies(course, text):
        data["studies"] = studies
    if lesson is not None:
        yield from load_row(key, data, lesson, partial(draft, lesson))
    elif loaded := find_change(key, data):
        yield from leave_deleted(loaded)


def _keep_figure(course: str, figures: Path, name: str) -> int:
    if not (figures / name).is_file():
        raise ContentError(f"there is no figure {name}")
    return authoring.keep_image(title=f"{course}/{name}", path=figures / name)


def _find_question(key: str) -> int:
    row = find_row(Question, f"question/{key}", key=key)
    if row is None or row.use != QuestionUse.CHECK:
        raise ContentError(f"there is no question {key} whose use is check")
    return int(row.pk)


def _load_question(
    folder: Path, course: Course, lessons: dict[str, Lesson | None], entry: dict[str, Any]
) -> Iterator[str]:
    key = f"question/{entry['key']}"
    row = find_row(Question, key, key=entry["key"])
    draft = partial(_draft_question, folder, course, lessons, entry, row.key if row else entry["key"])
    # A drawing that is drawn anew is a change of its question.
    picture = folder / "figures" / str(entry.get("image", ""))
    data = {**entry, "picture": hashlib.sha256(picture.read_bytes()).hexdigest()} if picture.is_file() else entry
    if "picture" in entry:
        data = {**entry, "picture_made": read_made(folder, entry["picture"])["spec"]}
        # Only then, so that questions without one are not new to an academy that stands.
        if fresh := find_fresh(folder, entry["picture"]):
            data["fresh_made"] = [read_made(folder, key)["spec"] for key in fresh]
    try:
        yield from load_row(key, data, row, draft)
    except ValidationError as error:
        raise ContentError(f"question {entry['key']}: {tell(error)}") from error


def _draft_question(
    folder: Path, course: Course, lessons: dict[str, Lesson | None], entry: dict[str, Any], key: str
) -> Revision:
    pictures = Pictures(
        figure=partial(_keep_figure, folder.name, folder / "figures"),
        picture=partial(keep_picture, folder),
        facts=partial(read_made, folder),
        others=partial(find_fresh, folder),
    )
    try:
        read = read_question(entry, pictures)
    except ContentError as error:
        raise ContentError(f"question {entry['key']}: {error}") from error
    links = {
        "lesson": lessons[entry["lesson"]] if "lesson" in entry else None,
        "objective": _find_objective(course, entry),
        "stands_for": _find_stood_for(entry),
    }
    return authoring.draft_question(
        key=key, course=course, fields={**read.fields, **links}, choices=read.choices, regions=read.regions
    )


def _find_stood_for(entry: dict[str, Any]) -> Question | None:
    if "stands_for" not in entry:
        return None
    row = find_row(Question, f"question/{entry['stands_for']}", key=entry["stands_for"])
    if row is None:
        raise ContentError(f"question {entry['key']}: there is no question {entry['stands_for']}")
    return row


def _find_objective(course: Course, entry: dict[str, Any]) -> Objective | None:
    """By its number in course.yaml. Without one a question counts for the whole course."""
    if "objective" not in entry:
        return None
    row = Objective.objects.filter(course=course, position=entry["objective"]).first()
    if row is None:
        raise ContentError(f"question {entry['key']}: the course has no objective {entry['objective']}")
    return row


def _load_activity(key: str, course: Course, fields: dict[str, Any]) -> Iterator[str]:
    def write() -> Activity:
        names = [_credit_type_slug(slug) for slug in fields["credit_types"]]
        return upsert_activity(course=course, **{**fields, "credit_types": names})

    yield from load_plain(key, fields, find_row(Activity, key, course=course), write)


def _credit_type_slug(slug: str) -> str:
    """What the credit type of the files is called now."""
    row = find_row(CreditType, f"credit-type/{slug}", slug=slug)
    return row.slug if row else slug
