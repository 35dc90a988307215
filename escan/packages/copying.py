"""A package under another slug: a course of its own, with names that nothing here has."""

import re
from collections.abc import Callable
from copy import deepcopy

from courses.models import Lesson, Question
from escan.packages.tree import LessonFile, Tree
from imaging.models import TestSet


def copy_tree(tree: Tree, slug: str) -> Tree:
    """Every lesson, question and set that the academy has already gets another name, and whatever names it follows."""
    lessons = _rename(list(_list_lessons(tree)), lambda name: Lesson.objects.filter(slug=name).exists())
    keys = [str(entry["key"]) for entry in tree.questions]
    questions = _rename(keys, lambda name: Question.objects.filter(key=name).exists())
    sets = _rename(list(tree.test_sets), lambda name: TestSet.objects.filter(slug=name).exists())
    course = deepcopy(tree.course)
    for module in course["modules"]:
        for entry in module["lessons"]:
            entry["slug"] = lessons[entry["slug"]]
    copied = Tree(slug, course, studies=tree.studies, media=tree.media)
    links = re.compile(rf"/courses/{re.escape(tree.slug)}/(?:([\w-]+)/)?")
    for name, lesson in tree.lessons.items():
        text = links.sub(lambda found: _lead(slug, lessons.get(found[1] or "", found[1])), lesson.text)
        text = re.sub(
            r"^(::: question\n)(.+)(?=\n:::$)", lambda found: found[1] + questions[found[2]], text, flags=re.MULTILINE
        )
        copied.lessons[lessons[name]] = LessonFile(lesson.meta, text)
    for entry in tree.questions:
        changed = {"key": questions[str(entry["key"])]}
        if "lesson" in entry:
            changed["lesson"] = lessons[entry["lesson"]]
        if "stands_for" in entry:
            changed["stands_for"] = questions[entry["stands_for"]]
        copied.questions.append({**entry, **changed})
    copied.test_sets = {sets[name]: {**said, "course": slug} for name, said in tree.test_sets.items()}
    return copied


def _list_lessons(tree: Tree) -> list[str]:
    return [entry["slug"] for module in tree.course["modules"] for entry in module["lessons"]]


def _lead(slug: str, lesson: str | None) -> str:
    return f"/courses/{slug}/{lesson}/" if lesson else f"/courses/{slug}/"


def _rename(names: list[str], is_taken: Callable[[str], bool]) -> dict[str, str]:
    taken = set(names)
    renamed = {}
    for name in names:
        new, number = name, 1
        while is_taken(new) or (new != name and new in taken):
            number += 1
            new = f"{name[:40].strip('-')}-{number}"
        taken.add(new)
        renamed[name] = new
    return renamed
