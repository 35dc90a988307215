"""A whole walk through a preview leaves nothing: no row, no number drawn, no file, no mail, no task."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from celery.app.task import Task
from django.core import mail
from django.db import connection

from courses.assessment.asking import freeze
from courses.assessment.scoring import get_right_answer
from courses.models import Course, Enrolment, Lesson, Question
from courses.writing import services as authoring
from tests.cme.conftest import make_activity as make_activity
from tests.cme.conftest import make_course as make_course
from tests.cme.conftest import today as today
from tests.course_fixtures import add_checks, blocks, get_wrong_answer, text_of, write_question_of
from tests.escan.preview.conftest import Walker


def snapshot(media: Path) -> dict[str, Any]:
    """Every row of every table, where every sequence stands, every file, every mail."""
    rows, sequences = {}, []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = sorted(map(repr, cursor.fetchall()))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
            sequences = cursor.fetchall()
    files = sorted((str(path), path.stat().st_mtime_ns) for path in media.rglob("*") if path.is_file())
    return {**rows, "sequences": sequences, "files": files, "mails": len(mail.outbox)}


@pytest.fixture
def drafted(course: Course, make_activity: Any) -> Course:
    """With drafts of everything: a worked case, checks of each kind, a study, another title, a pre-test."""
    make_activity(course)
    add_checks("first-look", count=2)
    numeric = write_question_of(course, "numeric", use="check")
    steps = [
        ("text", "<p>Before the first step.</p>"),
        ("question", numeric.pk),
        ("text", "<p>What opens then.</p>"),
        ("study", {"study": 77, "text": "<p>Read it.</p>"}),
    ]
    body = json.dumps(blocks("third-look", *steps))
    authoring.draft_lesson(slug="third-look", fields={"title": "The third", "body": body, "is_stepwise": True})
    for number in range(1, 5):
        question = Question.objects.get(key=f"{course.slug}-{number}")
        question.stem = f"<p>Redrafted {number}?</p>"
        question.save_revision()
    course.pre_test_questions = 2
    course.title = "Chest film, drafted"
    course.save_revision()
    return course


def answer_test(walker: Walker, *, rightly: bool) -> None:
    """Each question in turn, as the script sends it and by its button; then it is handed in."""
    while True:
        form: Any = walker.page.find(id="question")
        number = re.findall(r"Redrafted (\d)", form.get_text())[0]
        choices = [field.find_parent("label") for field in form.find_all(attrs={"name": "choice"})]
        right = next(at for at, label in enumerate(choices) if f"Choice C{number}" in label.get_text())
        answer = right if rightly else (right + 1) % 4
        at = form["action"].removeprefix(walker.prefix)
        assert walker.send(at, choice=answer, unsure="1").status_code == 200
        position = form["data-position"]
        walker.press(walker.page.find(id="question").find("button").get_text(" ", strip=True), choice=answer)
        if walker.page.find(id="question")["data-position"] == position:
            break
    walker.press("Hand in")


@pytest.mark.parametrize("size", ["page", "frame"])
def test_nothing_is_left_of_a_whole_walk(drafted, studio, media, size, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("A task was queued.")

    monkeypatch.setattr(Task, "apply_async", refuse)
    studio.get("/studio/")  # what a session itself keeps is kept now
    before = snapshot(media)
    walker = Walker(studio, drafted, size=size)
    with django_capture_on_commit_callbacks() as callbacks:
        walk_through(walker)
    assert callbacks == []
    after = snapshot(media)
    assert {name for name in before if before[name] != after[name]} == set()
    assert not Enrolment.objects.exists()


def walk_through(walker: Walker) -> None:
    course = "/courses/chest-film/"
    assert walker.open(course).title == "Chest film, drafted"

    # The pre-test, left open and then handed in all the same.
    walker.open(f"{course}pre-test/").press("Start the pre-test")
    assert walker.title == "Question 1 of 2"
    walker.press("Hand in", status=409).press("Hand in all the same")
    assert walker.title == "Where you start from"

    # The post-test is shut, as it is for learners.
    assert walker.open(f"{course}post-test/").page.find("button", string="Start the post-test") is None
    assert any("every required lesson is completed" in told for told in walker.told)

    # The first lesson, by its checks.
    walker.open(f"{course}first-look/")
    first, second = Question.objects.filter(key__startswith="first-look").order_by("key")
    address = f"/checks/{Lesson.objects.get(slug='first-look').pk}"
    assert walker.send(f"{address}/{first.pk}/", choice="9", revision="1").status_code == 409
    wrong = get_wrong_answer(freeze(first, None))
    assert "Secret" in walker.send(f"{address}/{first.pk}/", choice=wrong, revision="1", unsure="1").content.decode()
    told = walker.send(f"{address}/{second.pk}/", choice=get_right_answer(freeze(second, None)), revision="1")
    assert "Completed" in told.content.decode()
    assert walker.open(f"{address}/{first.pk}/?again").page.find("form", class_="q")

    # The second by its button, the third step by step.
    walker.open(f"{course}second-look/").press("Completed, go to the next lesson")
    assert walker.title == "The third"
    assert "What opens then." not in walker.main.get_text()
    assert "Step 1 of 2" in walker.main.get_text()
    third = Lesson.objects.get(slug="third-look")
    numeric = Question.objects.get(key="numeric")
    opened = walker.send(f"/checks/{third.pk}/{numeric.pk}/", value="31.25", revision="1").content.decode()
    assert "What opens then." in opened
    assert "What opens then." in walker.open(f"{course}third-look/").main.get_text()
    assert walker.follow("Open the study").title == "Read a study"

    # The post-test, failed and passed.
    walker.open(f"{course}post-test/").press("Start the post-test")
    assert walker.press("Hand in", status=409).page.find(class_="flash error")
    answer_test(walker, rightly=False)
    assert walker.title == "Not passed yet."
    assert "Read again" in walker.main.get_text()
    walker.follow("Try again").press("Try again")
    answer_test(walker, rightly=True)
    assert walker.title == "You passed."
    assert "Rationale C of case 1." in walker.main.get_text()

    # The claim, and everything else that a learner's page leads to.
    assert walker.follow("Evaluate and claim credit").title == "Evaluation and certificate"
    assert "claims 1.25 credits at most" in walker.main.get_text()
    for at in (
        "/learn/",
        "/learn/recall/",
        "/cme/",
        "/practice/",
        "/search/?q=edge",
        "/courses/",
        "/accounts/profile/",
        "/",
    ):
        assert walker.open(at).title == "Outside this course"
    assert walker.send("/courses/chest-film/first-look/position/", block="x").status_code == 200
    assert walker.send("/courses/chest-film/first-look/notes/", text="Mine").status_code == 200
    walker.open("/courses/chest-film/no-such-lesson/", status=404)


def test_caches_of_strangers_never_hold_a_draft(drafted, studio, client, settings, make_activity):
    settings.PAGE_CACHE_SECONDS = 10
    published = text_of("first-look")
    pages = {
        at: client.get(at).content for at in ("/courses/", "/courses/chest-film/", "/courses/chest-film/first-look/")
    }
    first = Lesson.objects.get(slug="first-look")
    body = json.dumps(blocks("first-look", ("text", "<p>Only in the draft.</p>")))
    authoring.draft_lesson(slug="first-look", fields={"title": "Drafted first", "body": body})
    walker = Walker(studio, drafted)
    assert "Only in the draft." in walker.open("/courses/chest-film/first-look/").main.get_text()
    walker.open("/courses/chest-film/")
    settings.PAGE_CACHE_SECONDS = 0  # asked of the database, and of what this process keeps
    for keeps in (10, 0):
        settings.PAGE_CACHE_SECONDS = keeps
        assert {at: client.get(at).content for at in pages} == pages
        assert all(b"draft" not in page.lower() and b"/preview/" not in page for page in pages.values())
    assert text_of("first-look").html == published.html
    first.refresh_from_db()
    assert first.title == "First look"
