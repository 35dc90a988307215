"""`scripts/with-servers .venv/bin/python -m benchmarks.reports`: reports of an academy with 100,000 learners.

Three years of learners in one course are written by the database itself, 870,000 answers among them; then it is told
how long a worker counts, and how long each page of the studio takes.
"""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.academy import Academy

LEARNERS = 100_000
TIMES = 7
COURSE = "breast-calcifications"
EVERYTHING, RANGE = "", "&first=2025-01-14&last=2026-10-20"

FILL = """
INSERT INTO courses_enrolment (user_id, course_id, enrolled_at, last_seen_at, percent_reached)
SELECT u.id, %(course)s, u.date_joined, u.date_joined + random() * interval '60 days', 50 FROM accounts_user u;

INSERT INTO courses_lessonprogress (user_id, lesson_id, revision_id, block, started_at, completed_at)
SELECT e.user_id, l.id, l.live_revision_id, '', e.enrolled_at + l.place * interval '1 day',
    CASE WHEN random() < 0.9 THEN e.enrolled_at + l.place * interval '1 day' + random() * interval '40 minutes' END
FROM courses_enrolment e JOIN
    (SELECT l.id, l.live_revision_id, row_number() OVER (ORDER BY m.position, l.position) AS place
     FROM courses_lesson l JOIN courses_module m ON m.id = l.module_id WHERE m.course_id = %(course)s AND l.live) l
    ON l.place <= 1 + (e.user_id * 7919) %% 16;

UPDATE courses_enrolment e SET last_lesson_id = p.lesson_id FROM
    (SELECT DISTINCT ON (user_id) user_id, lesson_id FROM courses_lessonprogress ORDER BY user_id, started_at DESC) p
    WHERE p.user_id = e.user_id;

UPDATE courses_enrolment SET lessons_completed_at = enrolled_at + interval '20 days' WHERE (user_id * 7919) %% 16 > 12;

INSERT INTO courses_attempt (user_id, course_id, purpose, passing_score, started_at, submitted_at, score)
SELECT user_id, course_id, 'post', 75, enrolled_at + interval '20 days', enrolled_at + interval '20 days 12 minutes', 0
FROM courses_enrolment;

INSERT INTO courses_attemptquestion
    (attempt_id, position, question_id, revision_id, content, answer, is_unsure, is_right, seen)
SELECT a.id, q.position, q.question, q.revision, q.content, to_jsonb((random() * 3)::int), false,
    random() < 0.3 + 0.6 * ((a.user_id * 104729) %% 1000) / 1000.0, '[]'
FROM courses_attempt a JOIN bench_question q ON (q.place + a.user_id) %% 6 = 0;

UPDATE courses_attempt a SET score = q.score FROM
    (SELECT attempt_id, round(100.0 * count(*) FILTER (WHERE is_right) / count(*), 2) AS score
     FROM courses_attemptquestion GROUP BY attempt_id) q
    WHERE q.attempt_id = a.id;

INSERT INTO courses_completion (user_id, course_id, attempt_id, completed_at, completed_on, score, lessons)
SELECT user_id, course_id, id, submitted_at, submitted_at::date, score, '[]' FROM courses_attempt WHERE score >= 75;

INSERT INTO courses_watchedtime (user_id, video_id, bits, watched, position, batches, started_at, updated_at)
SELECT e.user_id, v.id, decode(repeat('ff', k.bytes) || repeat('00', (v.seconds + 7) / 8 - k.bytes), 'hex'),
    8 * k.bytes, 8 * k.bytes, '[]', e.enrolled_at, e.enrolled_at
FROM courses_enrolment e CROSS JOIN courses_video v
    CROSS JOIN LATERAL (SELECT (e.user_id * 31 %% (v.seconds / 8))::int AS bytes) k
WHERE v.seconds > 8;

INSERT INTO cme_evaluation (activity_id, answers, submitted_at)
SELECT %(activity)s,
    '{"objectives": "Agree", "relevance": "Strongly agree", "balance": "Yes", "change": "Perhaps"}', completed_at
FROM courses_completion;
"""


def fill(learners: int) -> None:
    from django.db import connection, transaction  # noqa: PLC0415 - models want Django set up
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from cme.models import Activity  # noqa: PLC0415
    from courses.assessment.asking import freeze  # noqa: PLC0415
    from courses.models import Course, Question  # noqa: PLC0415

    now, rng = timezone.now(), Random(1)
    users = (
        User(email=f"bench-{n}@example.org", password="!", date_joined=now - timedelta(days=rng.random() * 1095))
        for n in range(learners)
    )
    User.objects.bulk_create(users, batch_size=2_000)
    course = Course.objects.get(slug=COURSE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_question (place int, position int, question int, revision int, content jsonb)"
        )
        asked = Question.objects.filter(course=course, live=True, use="test").select_related("objective")
        for place, question in enumerate(asked):
            content = connection.ops.adapt_json_value(freeze(question, None), None)
            row = [place, place // 6 + 1, question.pk, question.live_revision_id, content]
            cursor.execute("INSERT INTO bench_question VALUES (%s, %s, %s, %s, %s)", row)
        known = {"course": course.pk, "activity": Activity.objects.get(course=course).pk}
        for statement in FILL.split(";\n\n"):
            cursor.execute(statement, known)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def count() -> None:
    from courses.models import ReportFigure  # noqa: PLC0415
    from courses.reports.registry import REPORTS  # noqa: PLC0415
    from courses.reports.services import renew_figures_of  # noqa: PLC0415

    print(f"{'counted':14}{'anew, s':>10}{'hourly, s':>11}{'rows':>9}")
    for report in REPORTS.values():
        seconds = []
        for anew in (True, True, False):
            began = time.perf_counter()
            renew_figures_of(report, anew=anew)
            seconds.append(time.perf_counter() - began)
        rows = ReportFigure.objects.filter(report=report.slug).count()
        print(f"{report.slug:14}{seconds[1]:10.2f}{seconds[2]:11.2f}{rows:9d}")


def show() -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from courses.reports.registry import REPORTS  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    admin = User.objects.create_superuser("admin@example.org", "-")
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    print(f"\n{'page':14}{'all, ms':>10}{'range, ms':>11}{'queries':>9}{'kB':>7}")
    for slug in REPORTS:
        told: list[Any] = []
        for query in (EVERYTHING, RANGE):
            address = f"/studio/reports/{slug}/?course={COURSE}{query}"
            seconds = [time_of(client, address) for _ in range(TIMES)]
            told.append(1000 * median(seconds))
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        print(f"{slug:14}{told[0]:10.0f}{told[1]:11.0f}{len(asked):9d}{len(answer.content) / 1000:7.0f}")


def time_of(client: Any, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} was answered with {answer.status_code}")
    return time.perf_counter() - began


def main() -> None:
    learners = int(sys.argv[1]) if len(sys.argv) > 1 else LEARNERS
    with tempfile.TemporaryDirectory(prefix="academy-bench-") as folder:
        academy = Academy(0, Path(folder))
        academy.create()
        try:
            # The pages are asked here without a second factor.
            begun = "import os; os.environ['STAFF_SECOND_FACTOR'] = '0'; import django; django.setup(); "
            begun += "from benchmarks import reports; "
            began = time.perf_counter()
            academy.python("-c", f"{begun}reports.fill({learners})")
            print(f"{learners} learners written in {time.perf_counter() - began:.0f} s", flush=True)
            print(academy.python("-c", f"{begun}reports.count(); reports.show()"))
        finally:
            academy.drop()


if __name__ == "__main__":
    main()
