"""The course on one screen: what it shows, and what it does with what it is sent."""

import json
import time
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.assessment.services.objectives import keep_objectives
from courses.learning.queries.outlines import get_outline
from courses.models import Course, Lesson, Module, Question
from courses.writing import services as authoring
from tests.course_fixtures import blocks, write_lesson, write_question_of

# The same for every course, however long it is; of who is signed in, too.
QUERIES = 28
FIGURE = 0.3
"""Seconds of computing for a course of 60 lessons."""


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def address(course: Course, act: str = "") -> str:
    return f"/studio/courses/{course.pk}/outline/{act}"


def look(studio, course: Course) -> BeautifulSoup:
    response = studio.get(address(course))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def faults_of(page: BeautifulSoup, row: str) -> list[str]:
    """What is told of a row, named by its kind and, where there are several, its title."""
    rows = [each for each in page.select(".faults-rows > li") if words(each.p).replace(" ", ": ", 1).startswith(row)]
    return [words(link) for each in rows for link in each.select(".faults a")]


def words(element: Any) -> str:
    return " ".join(element.get_text(" ").split())


def ask(studio, course: Course, act: str, **sent: Any) -> tuple[str, str]:
    """What was said, and where it led to."""
    response = studio.post(address(course, act), sent)
    assert response.status_code == 303
    told = [str(message) for message in get_messages(response.wsgi_request)][-1]
    return " ".join(BeautifulSoup(told, "html.parser").get_text(" ").split()), response["Location"].partition("#")[2]


def rows() -> list[Any]:
    return [
        list(Module.objects.order_by("pk").values()),
        list(Lesson.objects.order_by("pk").values("pk", "module", "position", "title", "latest_revision")),
    ]


def order(course: Course) -> list[tuple[str, list[str]]]:
    """As learners and authors read it; no number is missing or twice."""
    modules = list(course.modules.order_by("position"))
    assert [module.position for module in modules] == list(range(len(modules)))
    found = []
    for module in modules:
        lessons = list(module.lessons.order_by("position"))
        assert [lesson.position for lesson in lessons] == list(range(len(lessons)))
        found.append((module.title, [lesson.slug for lesson in lessons]))
    return found


def pk_of(slug: str) -> int:
    return int(Lesson.objects.values_list("pk", flat=True).get(slug=slug))


# --- What it shows ----------------------------------------------------------------------------------


def test_outline_shows_modules_lessons_and_what_is_missing(studio, course):
    check = write_question_of(course, "numeric", use="check")
    write_lesson("first-look", blocks("first-look", ("question", check.pk)), is_preview=True)
    second = Lesson.objects.get(slug="second-look")
    second.title = "Another look"
    second.save_revision()
    page = look(studio, course)
    assert page.h1.get_text() == "Chest film"
    assert [words(title) for title in page.select("[data-module] h2")] == ["Basics", "Practice"]
    first, changed, announced = page.select("[data-lesson]")
    assert "First look Live 5 min 1 check Open to everyone View live" in words(first)
    assert str(first.select_one(".outline-title")["href"]).endswith(f"/lesson/edit/{pk_of('first-look')}/")
    assert first.select_one(".outline-facts a")["href"] == "/courses/chest-film/first-look/"
    assert "Another look Learners read “Second look” Live, with a draft 5 min 0 checks View live" in words(changed)
    assert "Third look Not written 10 min 0 checks" in words(announced)
    assert "View live" not in words(announced)
    lacks = words(page.select_one("section[aria-labelledby=outline-lacks]"))
    assert "1 lesson is not published." in lacks
    assert "1 published lesson has a draft that waits." in lacks


def test_objectives_say_how_many_checks_and_questions_they_have(studio, course):
    keep_objectives(course.pk, ["Find it", "Name it"])
    found, named = course.objective_rows.order_by("position")
    Question.objects.update(objective=found)
    Question.objects.filter(key="chest-film-2").update(live=False)
    write_question_of(course, "numeric", use="check", objective=found)
    write_question_of(course, "single", objective=None)
    page = look(studio, course)
    first, second = page.select(".outline-objectives > li")
    assert "1 check 3 questions 1 draft" in words(first)
    assert "No check: missing No question: missing" in words(second)
    assert second.a["href"] == f"/studio/snippets/courses/question/add/?course={course.pk}&objective={named.pk}"
    told = "No question of the tests is published for the objective “Name the edge”."
    assert told in faults_of(page, "course")
    told = "It belongs to no objective: choose one, for tests draw evenly from them."
    assert told in faults_of(page, "question: single")


def test_outline_says_what_publishing_the_draft_waits_for(studio, course):
    course.post_test_questions = 30
    course.save_revision()
    page = look(studio, course)
    assert "1 fault stops publishing." in words(page.select_one(".outline-lacks"))
    [told] = page.select(".outline-faults .stops a")
    assert words(told).startswith("30 are to be drawn, and 4 questions of the tests are published")
    assert told["href"] == f"/studio/snippets/courses/course/edit/{course.pk}/#:w:contentpath=post_test_questions"


def test_course_without_modules_says_how_to_begin(studio, db):
    revision = authoring.draft_course(slug="new", fields={**NEW, "title": "New"}, faculty=[])
    page = look(studio, revision.content_object)
    assert "No module yet." in words(page.select_one("[data-modules]"))
    assert "No lesson of this course is published." in words(page.select_one(".outline-faults"))


NEW = {"summary": "s", "description": "<p>d</p>", "audience": "a", "objectives": "Find it", "minutes": 30}


def write_many(course: Course, count: int) -> None:
    for number in range(count):
        module, _ = Module.objects.get_or_create(
            course=course, title=f"Module {number // 6}", defaults={"position": 2 + number // 6}
        )
        lesson = Lesson.objects.create(
            module=module, slug=f"many-{number}", title=f"Lesson {number}", position=number % 6, live=False
        )
        lesson.body = json.dumps(blocks(lesson.slug, *[("text", "<p>Words and words.</p>" * 40)] * 8))
        revision = lesson.save_revision()
        if number % 2:
            revision.publish()


def test_queries_are_the_same_for_1_lesson_and_for_60(studio, write_course):
    course = write_course("few", [("One", [("only", "Only")])])
    write_lesson("only", blocks("only", ("text", "<p>Text.</p>")))
    look(studio, course)
    with CaptureQueriesContext(
        connection,
    ) as few:
        look(studio, course)
    write_many(course, 60)
    keep_objectives(course.pk, [f"Objective number {number}" for number in range(8)])
    with CaptureQueriesContext(connection) as many:
        began = time.process_time()
        page = look(studio, course)
        seconds = time.process_time() - began
    assert len(page.select("[data-lesson]")) == 61
    assert (len(few), len(many)) == (QUERIES, QUERIES)
    # The figure is for a machine of its own; this says when it is lost by far.
    assert seconds < 5 * FIGURE, seconds


@pytest.mark.parametrize("name", ["course", "lesson", "question", "module"])
def test_lists_and_editors_lead_to_the_outline(studio, course, name):
    row = {"course": Course, "lesson": Lesson, "question": Question, "module": Module}[name]._default_manager.first()
    for path in ("", f"edit/{row.pk}/"):
        page = BeautifulSoup(studio.get(f"/studio/snippets/courses/{name}/{path}").content, "html.parser")
        assert [link for link in page.select("a[href]") if str(link["href"]).startswith(address(course))], path


def test_what_is_added_from_the_outline_knows_its_place(studio, course):
    module = Module.objects.get(title="Practice")
    places = {
        f"lesson/add/?module={module.pk}": ("module", module.pk),
        f"module/add/?course={course.pk}": ("course", course.pk),
        f"question/add/?course={course.pk}": ("course", course.pk),
    }
    for path, (name, pk) in places.items():
        page = BeautifulSoup(studio.get(f"/studio/snippets/courses/{path}").content, "html.parser")
        assert page.select_one(f"[name={name}]").get("value") == str(pk), path


@pytest.mark.parametrize("sent", ["999", "x", "-1", "9" * 30, ""])
def test_place_that_is_not_there_is_not_chosen(studio, course, sent):
    response = studio.get(f"/studio/snippets/courses/lesson/add/?module={sent}")
    assert response.status_code == 200
    assert not BeautifulSoup(response.content, "html.parser").select_one("[name=module]").get("value")


# --- Moving -----------------------------------------------------------------------------------------


def test_lesson_steps_down_and_on_into_the_next_module(studio, course):
    first = pk_of("first-look")
    told, at = ask(studio, course, "move/", lesson=first, step=1)
    assert (told, at) == ("“First look” is now lesson 2 of 2 in “Basics”.", f"lesson-{first}-down")
    assert order(course) == [("Basics", ["second-look", "first-look"]), ("Practice", ["third-look"])]
    told, _ = ask(studio, course, "move/", lesson=first, step=1)
    assert told == "“First look” is now lesson 1 of 2 in “Practice”."
    assert order(course) == [("Basics", ["second-look"]), ("Practice", ["first-look", "third-look"])]
    told, at = ask(studio, course, "move/", lesson=first, step=-1)
    assert (told, at) == ("“First look” is now lesson 2 of 2 in “Basics”.", f"lesson-{first}-up")
    assert order(course) == [("Basics", ["second-look", "first-look"]), ("Practice", ["third-look"])]


def test_lesson_goes_before_another_and_to_the_end_of_a_module(studio, course):
    first, third, practice = pk_of("first-look"), pk_of("third-look"), Module.objects.get(title="Practice").pk
    told, at = ask(studio, course, "move/", lesson=first, to=practice, before=third)
    assert (told, at) == ("“First look” is now lesson 1 of 2 in “Practice”.", f"lesson-{first}")
    ask(studio, course, "move/", lesson=pk_of("second-look"), to=practice)
    assert order(course) == [("Basics", []), ("Practice", ["first-look", "third-look", "second-look"])]
    # Where it stands: nothing changes.
    before = rows()
    ask(studio, course, "move/", lesson=first, to=practice, before=first)
    assert rows() == before


def test_modules_move_with_their_lessons(studio, course):
    basics, practice = Module.objects.order_by("position").values_list("pk", flat=True)
    told, at = ask(studio, course, "move/", module=basics, step=1)
    assert (told, at) == ("“Basics” is now module 2 of 2.", f"module-{basics}-down")
    assert order(course) == [("Practice", ["third-look"]), ("Basics", ["first-look", "second-look"])]
    ask(studio, course, "move/", module=basics, before=practice)
    assert [title for title, _ in order(course)] == ["Basics", "Practice"]
    ask(studio, course, "move/", module=basics)
    assert [title for title, _ in order(course)] == ["Practice", "Basics"]


def test_learners_see_another_order_at_once_and_no_draft_takes_it_back(studio, course):
    lesson = Lesson.objects.get(slug="first-look")
    lesson.title = "A draft's title"
    draft = lesson.save_revision()
    ask(studio, course, "move/", lesson=lesson.pk, step=1)
    read = get_outline(course, AnonymousUser()).lesson_rows
    assert [each.title for each in read] == ["Second look", "First look"]
    draft.refresh_from_db()
    draft.publish()
    lesson.refresh_from_db()
    assert (lesson.title, lesson.position) == ("A draft's title", 1)


def test_numbers_with_gaps_and_twins_are_put_right(studio, course):
    Lesson.objects.filter(slug__in=["first-look", "second-look"]).update(position=7)
    Module.objects.update(position=3)
    ask(studio, course, "move/", lesson=pk_of("second-look"), step=-1)
    assert order(course) == [("Basics", ["second-look", "first-look"]), ("Practice", ["third-look"])]


# --- Names ------------------------------------------------------------------------------------------


def test_published_lesson_is_renamed_in_its_draft(studio, course):
    first = pk_of("first-look")
    told, at = ask(studio, course, "rename/", lesson=first, title="A first look")
    assert told == "The draft is called “A first look” now: learners see it once it is published."
    assert at == f"lesson-{first}"
    lesson = Lesson.objects.get(pk=first)
    assert (lesson.title, lesson.slug, lesson.has_unpublished_changes) == ("First look", "first-look", True)
    assert lesson.latest_revision.as_object().title == "A first look"
    assert lesson.latest_revision.user.email == "author@example.org"
    lesson.latest_revision.publish()
    assert Lesson.objects.get(pk=first).title == "A first look"


def test_lesson_that_is_a_draft_is_renamed(studio, course):
    third = pk_of("third-look")
    told, _ = ask(studio, course, "rename/", lesson=third, title="The third")
    assert told == "The lesson is called “The third” now."
    lesson = Lesson.objects.get(pk=third)
    assert (lesson.title, lesson.live, lesson.latest_revision.as_object().title) == ("The third", False, "The third")


def test_locked_lesson_keeps_its_title(studio, admin, course):
    Lesson.objects.filter(slug="first-look").update(locked=True, locked_by=admin)
    before = rows()
    told, _ = ask(studio, course, "rename/", lesson=pk_of("first-look"), title="Mine")
    assert told == "“First look” is locked, and keeps its title meanwhile."
    assert rows() == before


def test_module_that_learners_see_is_renamed_in_its_draft(studio, course):
    basics = Module.objects.get(title="Basics")
    told, at = ask(studio, course, "rename/", module=basics.pk, title="Ground")
    assert told == "The draft is called “Ground” now: learners see it once it is published."
    assert at == f"module-{basics.pk}"
    assert [title for title, _ in order(course)] == ["Basics", "Practice"]
    row = look(studio, course).select_one(f"#module-{basics.pk}")
    assert words(row.h2) == "Ground"
    assert words(row.select_one(".outline-old")) == "Learners read “Basics”"
    Module.objects.get(pk=basics.pk).latest_revision.publish()
    assert [title for title, _ in order(course)] == ["Ground", "Practice"]


def test_module_that_nobody_sees_is_added_and_renamed_at_once(studio, course):
    told, at = ask(studio, course, "modules/", title="Last")
    last = Module.objects.get(title="Last")
    assert (told, at) == ("“Last” is added.", f"module-{last.pk}")
    told, _ = ask(studio, course, "rename/", module=last.pk, title="Afterwards")
    assert told == "The module is called “Afterwards” now."
    assert [title for title, _ in order(course)] == ["Basics", "Practice", "Afterwards"]
    assert last.revisions.count() == 2


# --- What it refuses --------------------------------------------------------------------------------

LONG = "x" * 121
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("move/", {}, "Name a lesson or a module."),
    ("move/", {"lesson": "1", "module": "1", "step": "1"}, "Name a lesson or a module."),
    ("move/", {"lesson": "x", "step": "1"}, "Enter a whole number."),
    ("move/", {"lesson": "999", "step": "1"}, "This lesson does not belong to the course."),
    ("move/", {"lesson": "9" * 30, "step": "1"}, "This lesson does not belong to the course."),
    ("move/", {"lesson": "-1", "step": "1"}, "This lesson does not belong to the course."),
    ("move/", {"lesson": "{first}", "step": "2"}, "Select a valid choice. 2 is not one of the available choices."),
    ("move/", {"lesson": "{first}"}, "Choose the module it goes to."),
    ("move/", {"lesson": "{first}", "to": "999"}, "This module does not belong to the course."),
    ("move/", {"lesson": "{first}", "to": "{other_module}"}, "This module does not belong to the course."),
    ("move/", {"lesson": "{other_lesson}", "to": "{basics}"}, "This lesson does not belong to the course."),
    (
        "move/",
        {"lesson": "{first}", "to": "{practice}", "before": "{second}"},
        "The lesson before which it should go is not there any more. Look at the outline again.",
    ),
    ("move/", {"lesson": "{first}", "step": "-1"}, "It is the first already."),
    ("move/", {"lesson": "{third}", "step": "1"}, "It is the last already."),
    ("move/", {"module": "{practice}", "step": "1"}, "It is the last already."),
    ("move/", {"module": "{basics}", "step": "-1"}, "It is the first already."),
    ("move/", {"module": "{other_module}", "step": "1"}, "This module does not belong to the course."),
    ("move/", {"module": "{basics}", "before": "{other_module}"}, "This module does not belong to the course."),
    ("rename/", {"lesson": "{other_lesson}", "title": "Mine"}, "This lesson does not belong to the course."),
    ("rename/", {"module": "{other_module}", "title": "Mine"}, "This module does not belong to the course."),
    ("rename/", {"lesson": "9" * 30, "title": "Mine"}, "This lesson does not belong to the course."),
    ("rename/", {"lesson": "{first}", "title": " "}, "This field is required."),
    ("rename/", {"lesson": "{first}", "title": LONG}, "at most 120 characters"),
    ("rename/", {"module": "{basics}", "title": "Practice"}, "already exists"),
    ("rename/", {"title": "Mine"}, "Name a lesson or a module."),
    ("modules/", {"title": ""}, "This field is required."),
    ("modules/", {"title": "Basics"}, "already exists"),
]


@pytest.mark.parametrize(("act", "sent", "expected"), REFUSED)
def test_what_cannot_be_is_told_and_nothing_is_written(studio, course, write_course, act, sent, expected):
    other = write_course("other", [("Theirs", [("theirs", "Theirs")])])
    known = {
        "first": pk_of("first-look"),
        "second": pk_of("second-look"),
        "third": pk_of("third-look"),
        "basics": Module.objects.get(title="Basics").pk,
        "practice": Module.objects.get(title="Practice").pk,
        "other_lesson": pk_of("theirs"),
        "other_module": other.modules.get().pk,
    }
    before = rows()
    told, _ = ask(studio, course, act, **{name: value.format(**known) for name, value in sent.items()})
    assert expected in told
    assert rows() == before


def test_course_that_is_gone_is_not_found(studio, course):
    for act in ("move/", "rename/", "modules/"):
        assert studio.post(f"/studio/courses/999/outline/{act}", {"title": "x"}).status_code == 404
