"""What is said before a package comes in: what it changes here, what stands in its way, and what it does not bring."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import format_moment
from courses.assessment.kinds import DEFAULT, get_kind
from courses.assessment.models.attempts import AttemptQuestion, CheckAnswer
from courses.models import Choice, Course, Lesson, Question, Region
from escan.models import LoadedContent
from escan.packages.applying import describe_removal
from escan.packages.collecting import Collected
from escan.packages.comparing import ADDED, CHANGED, REMOVED, SAME, Change, compare, list_items
from escan.packages.models import PackageImport, PackageState
from escan.packages.tree import Fields, Tree
from imaging.models import Study, TestSet
from imaging.studies.models import StudyPurpose
from imaging.synthesis import Recipe

MODELS: dict[str, tuple[type[Any], str]] = {
    "course": (Course, "slug"),
    "lesson": (Lesson, "slug"),
    "question": (Question, "key"),
}
LACKS_STUDY = re.compile(r"^::: study\nstudy: ''$", re.MULTILINE)
LACKS_PICTURE = re.compile(r"^  - image: ''$", re.MULTILINE)


def make_report(tree: Tree, *, current: Collected | None, notes: list[str], by: User | None) -> Fields:
    """Can be kept as JSON."""
    changes = compare(list_items(current.tree) if current else {}, list_items(tree))
    course = Course.objects.filter(slug=tree.slug).first()
    known = _list_known_revisions(tree.slug)
    for change in changes:
        row = find_row(change)
        if row is not None and change.what in (CHANGED, REMOVED):
            change.edited = _tell_edited(row, known.get(f"{change.kind}/{change.name}", set()))
        change.notes += _list_notes(change, tree, course)
    obstacles = [*_find_strangers(tree, course), *_find_locked(changes, by), *_find_taken_seeds(tree)]
    return {
        "changes": [change.as_json() for change in changes if change.what != SAME],
        "same": sum(change.what == SAME for change in changes),
        "notes": notes,
        "obstacles": obstacles,
        "is_new": course is None,
    }


def find_row(change: Change) -> Any:
    if change.kind not in MODELS:
        return None
    model, name = MODELS[change.kind]
    return model._default_manager.select_related("latest_revision__user").filter(**{name: change.name}).first()


# --- What people did here ---------------------------------------------------------------------------------


def _list_known_revisions(slug: str) -> dict[str, set[int]]:
    """The versions that came from files, by what they are of."""
    known: dict[str, set[int]] = {}
    loaded = LoadedContent.objects.filter(key__regex=r"^(course|lesson|question)/").exclude(revision=None)
    for key, revision in loaded.values_list("key", "revision"):
        known.setdefault(key, set()).add(revision)
    for made in PackageImport.objects.filter(state=PackageState.DONE, slug=slug).values_list("made", flat=True):
        for key, revision in made.items():
            known.setdefault(key, set()).add(revision)
    return known


def _tell_edited(row: Any, known: set[int]) -> str:
    revision = row.latest_revision
    if revision is None or revision.pk in known:
        return ""
    who = revision.user.name or revision.user.email if revision.user else _("somebody")
    return _("{who}, {when}").format(who=who, when=format_moment(revision.created_at))


# --- What to know of each ---------------------------------------------------------------------------------


def _list_notes(change: Change, tree: Tree, course: Course | None) -> Iterator[str]:
    if change.what == REMOVED and change.kind in ("lesson", "question"):
        yield describe_removal(change)
    elif change.what == REMOVED:
        yield _("It stays as it is.")
    elif change.kind == "lesson":
        yield from _list_lacks(tree.lessons[change.name].text)
    elif change.kind == "outline" and change.what == CHANGED and course is not None and course.live:
        yield _("A place has no draft: learners see the new order, and what is announced, at once.")
    elif change.kind == "question" and change.what == CHANGED:
        entry = next(entry for entry in tree.questions if entry["key"] == change.name)
        if was_answered(change.name) and has_other_key(entry):
            yield _(
                "Other answers are right, and learners have answered it. Their marks stay until it is published "
                "and somebody has the attempts marked again (Questions, Mark attempts again)."
            )
    elif change.kind == "test-set" and change.what in (ADDED, CHANGED) and course is not None and course.live:
        yield _("A test set has no draft: it comes in when you publish.")
    elif change.kind == "video" and change.what in (ADDED, CHANGED):
        yield _("It comes in as a video of its own; lessons wait for it where it must be made ready first.")


def _list_lacks(text: str) -> Iterator[str]:
    if LACKS_STUDY.search(text):
        yield _("It lacks a study: a real case stays in its academy. Choose one here before you publish it.")
    if LACKS_PICTURE.search(text):
        yield _("It lacks a picture: those of patients stay in their academy. Choose one here before you publish it.")


def was_answered(key: str) -> bool:
    asked = AttemptQuestion.objects.filter(question__key=key).exclude(answer=None)
    return asked.exists() or CheckAnswer.objects.filter(question__key=key).exists()


def has_other_key(entry: Fields) -> bool:
    """Whether other answers are right than by what is published."""
    live = Question.objects.filter(key=entry["key"], live=True).first()
    if live is None:
        return False
    kind = get_kind(entry.get("kind", DEFAULT))
    if kind.name != live.kind:
        return True
    read = kind.read_entry(entry)
    newer = Question(kind=kind.name, **read.fields)
    newer.choices.set([Choice(sort_order=order, **each) for order, each in enumerate(read.choices)])
    newer.regions.set([Region(sort_order=order, **each) for order, each in enumerate(read.regions)])
    before, after = (kind.freeze(question, None) for question in (live, newer))
    mended = kind.mend(before, after)
    return mended is None or kind.get_key(before) != kind.get_key(mended)


# --- What stands in the way -------------------------------------------------------------------------------


def _find_strangers(tree: Tree, course: Course | None) -> Iterator[str]:
    """What has the same name here, and belongs to another course."""
    slugs = [entry["slug"] for module in tree.course["modules"] for entry in module["lessons"]]
    lessons = Lesson.objects.filter(slug__in=slugs).exclude(module=None).exclude(module__course=course)
    for lesson in lessons.select_related("module__course"):
        told = _("The lesson “{name}” belongs to “{course}” here. Bring the package in as a copy.")
        yield told.format(name=lesson.slug, course=lesson.module.course)
    keys = [str(entry["key"]) for entry in tree.questions]
    for question in Question.objects.filter(key__in=keys).exclude(course=course).select_related("course"):
        told = _("The question “{name}” belongs to “{course}” here. Bring the package in as a copy.")
        yield told.format(name=question.key, course=question.course)
    for test_set in TestSet.objects.filter(slug__in=tree.test_sets).exclude(course=tree.slug):
        told = _("The test set “{name}” belongs to another course here. Bring the package in as a copy.")
        yield told.format(name=test_set.slug)


def _find_locked(changes: list[Change], by: User | None) -> Iterator[str]:
    for change in changes:
        row = find_row(change) if change.what == CHANGED else None
        if row is not None and row.locked and (by is None or row.locked_by_id != by.pk):
            told = _("“{name}” is locked by {who}. Ask for it to be unlocked, then look at the package again.")
            yield told.format(name=change.title, who=row.locked_by or _("somebody"))


def _find_taken_seeds(tree: Tree) -> Iterator[str]:
    recipes = {entry["seed"]: Recipe.from_dict(entry).to_dict() for entry in tree.studies}
    for study in Study.objects.filter(seed__in=recipes):
        if study.purpose != StudyPurpose.COURSE or study.recipe != recipes[study.seed]:
            yield _("Another study has the seed {seed} here: the author gives the lesson another one.").format(
                seed=study.seed
            )
