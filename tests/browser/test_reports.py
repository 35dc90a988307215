"""An author looks at reports: chooses a course and days, reads picture and table, takes the file along."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Academy
from tests.browser.test_journey import sign_in
from tests.browser.test_support import look

pytestmark = pytest.mark.browser

LEARNERS = """
from datetime import timedelta
from random import Random
from django.utils import timezone
from accounts.models import User
from courses.assessment.asking import freeze
from courses.models import Attempt, AttemptQuestion, Course, Enrolment, Lesson, LessonProgress, Question
from courses.reports.services import renew_figures
if not User.objects.filter(email="counted-0@example.org").exists():
    course = Course.objects.get(slug="breast-calcifications")
    lessons = list(Lesson.objects.filter(module__course=course, live=True).order_by("module__position", "position"))
    questions = list(Question.objects.filter(course=course, live=True, use="test")[:12])
    rng, at = Random(7), timezone.now() - timedelta(days=60)
    for number in range(40):
        user = User.objects.create_user(f"counted-{number}@example.org", name=f"Counted {number}")
        reached = rng.randrange(1, len(lessons) + 1)
        Enrolment.objects.create(
            user=user, course=course, enrolled_at=at, last_seen_at=at, last_lesson=lessons[reached - 1]
        )
        for place, lesson in enumerate(lessons[:reached], 1):
            done = at + timedelta(minutes=rng.randrange(3, 40)) if place < reached else None
            LessonProgress.objects.create(
                user=user, lesson=lesson, revision=lesson.live_revision, started_at=at, completed_at=done
            )
        skill = rng.random()
        marks = [rng.random() < 0.3 + 0.6 * skill for _ in questions]
        attempt = Attempt.objects.create(
            user=user, course=course, passing_score=75, started_at=at, submitted_at=at + timedelta(minutes=9),
            score=round(100 * sum(marks) / len(marks), 2),
        )
        for position, (question, mark) in enumerate(zip(questions, marks), 1):
            AttemptQuestion.objects.create(
                attempt=attempt, position=position, question=question, revision=question.live_revision,
                content=freeze(question, None), answer=0, is_right=mark,
            )
    renew_figures(anew=True)
"""


def test_author_reads_a_report_and_takes_it_along(
    academy: Academy, new_device: Callable[..., Page], size: str, tmp_path: Path
) -> None:
    academy.run(LEARNERS)
    page = new_device(accept_downloads=True)
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}/studio/reports/")
    look(page, "reports", size=size)

    page.get_by_role("link", name="Questions").click()
    page.get_by_label("Course:").select_option(label="Breast calcifications")
    # Before the other tests of this academy.
    page.get_by_label("Until").fill((datetime.now(UTC) - timedelta(days=30)).date().isoformat())
    page.get_by_role("button", name="Show").click()
    section = page.get_by_role("region", name="Difficulty and discrimination")
    expect(section.get_by_role("row")).to_have_count(13)
    look(page, "report-questions", size=size)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV of “Difficulty and discrimination”").click()
    download.value.save_as(tmp_path / "questions.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "questions.csv").read_text("utf-8-sig"))))
    assert rows[0][:2] == ["Question", "n"]
    assert [row[1] for row in rows[1:]] == ["40"] * 12

    page.get_by_label("Until").fill("2020-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nothing is counted in these days.")).to_be_visible()
    look(page, "report-empty", size=size)

    for slug in ("stops", "enrolments", "times", "pass-rates", "evaluation"):
        page.goto(f"{academy.url}/studio/reports/{slug}/")
        look(page, f"report-{slug}", size=size)
    page.goto(f"{academy.url}/studio/reports/stops/?course=breast-calcifications")
    expect(page.get_by_role("heading", name="Where they stopped")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.reload()
    look(page, "report-stops-dark", size=size)
