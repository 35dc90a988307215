"""Each report of a course with learners whose every act is known."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from courses.assessment.services import regrades
from courses.learning.seconds import pack, to_bits
from courses.models import AttemptQuestion, Choice, Question, WatchedTime
from courses.reports import tasks
from courses.reports.kinds.videos import count_minutes
from courses.reports.registry import REPORTS, Asked
from tests.course_fixtures import put_video
from tests.courses.assessment.services.test_regrades import mend_key
from tests.courses.reports.conftest import DAY, NOON, complete, enrol, hand_in, make_learners, read

MINUTE = timedelta(minutes=1)


def tell(slug: str, course, first=None, last=None):
    """By key, its rows."""
    return {section.key: [list(row) for row in section.rows] for section in ask(slug, course, first, last)}


def ask(slug: str, course, first=None, last=None):
    return REPORTS[slug].tell(Asked(course, first, last))


def test_enrolments_in_time_and_by_course(course, write_course):
    users = make_learners(8)
    enrol(users[:6], course, at=NOON - 40 * DAY)
    enrol(users[6:], course, at=NOON, lessons_completed_at=NOON + DAY)
    complete(hand_in(users[6], course, [True] * 4))
    other = write_course("other", [("Only", [("only", "Only")])], title="Another")
    enrol(users[:1], other)
    tasks.renew_figures()
    assert tell("enrolments", None) == {
        "in-time": [["January 2026", 6, 0, 0], ["February 2026", 0, 0, 0], ["March 2026", 3, 2, 1]],
        "by-course": [["Another", 1, 0, 0], ["Chest film", 8, 2, 1]],
    }
    assert tell("enrolments", course, date(2026, 3, 10), date(2026, 3, 11)) == {
        "in-time": [["10 March 2026", 2, 0, 1], ["11 March 2026", 0, 2, 0]]
    }
    assert ask("enrolments", course, date(2027, 1, 1)) == []


def test_where_learners_stop(course, lessons):
    """Ten start: six stop in the first lesson, one before the test, one completes, two are under way."""
    now = timezone.now()
    away, users = now - timedelta(days=31), make_learners(10)
    enrol(users[:6], course, at=away, seen=away, lesson=lessons[0])
    enrol(users[6:7], course, at=away, seen=away, lesson=lessons[1], lessons_completed_at=away)
    enrol(users[7:8], course, at=away, seen=away, lesson=lessons[1], lessons_completed_at=away)
    enrol(users[8:], course, at=away, seen=now, lesson=lessons[0])
    complete(hand_in(users[7], course, [True] * 4))
    read(users[:6], lessons[0], at=away)
    read(users[6:8], lessons[0], at=away, took=MINUTE)
    read(users[6:8], lessons[1], at=away, took=MINUTE)
    tasks.renew_figures()
    assert tell("stops", course) == {
        "lessons": [["First look", 8, 2, 25], ["Second look", 2, 2, None], ["Third look", 0, 0, None]],
        "stopped": [
            ["First look", 6, 86],
            ["Second look", 0, 0],
            ["Third look", 0, 0],
            ["Before the post-test was passed", 1, 14],
        ],
        "learners": [["Completed the course", 1, 10], ["Under way", 2, 20], ["Stopped", 7, 70]],
    }


def test_who_comes_back_has_not_stopped(course, lessons):
    away, (user,) = timezone.now() - timedelta(days=31), make_learners(1)
    enrol([user], course, at=away, seen=away, lesson=lessons[0])
    tasks.renew_figures()
    assert tell("stops", course)["learners"][2] == ["Stopped", 1, None]
    user.enrolments.update(last_seen_at=timezone.now())
    tasks.renew_figures()
    assert tell("stops", course)["learners"][1:] == [["Under way", 1, None], ["Stopped", 0, None]]


def watch(user, video, runs, *, position: int, at=NOON) -> None:
    bits = to_bits(runs, length=video.seconds)
    WatchedTime.objects.create(
        user=user,
        video=video,
        bits=pack(bits, length=video.seconds),
        watched=bits.bit_count(),
        position=position,
        started_at=at,
        updated_at=at,
    )


def test_video_minute_by_minute(course):
    """130 seconds: the third minute has ten. Half of a minute is enough."""
    video = put_video("second-look", seconds=130)
    users = make_learners(6)
    for user in users[:3]:
        watch(user, video, [(0, 130)], position=130)
    watch(users[3], video, [(0, 90)], position=90)
    watch(users[4], video, [(0, 29)], position=29)
    watch(users[5], video, [(20, 60), (125, 130)], position=130, at=timezone.now())
    tasks.renew_figures()
    assert tell("videos", course) == {f"video-{video.pk}": [["0:00", 5, 83, 1], ["1:00", 4, 67, 1], ["2:00", 4, 67, 0]]}
    assert tell("videos", course, NOON.date(), NOON.date())[f"video-{video.pk}"][0] == ["0:00", 4, 80, 1]


def test_minutes_are_counted_as_bits_are_packed():
    lengths = [1, 7, 8, 59, 60, 61, 119, 120, 121, 3600]
    for seconds in lengths:
        whole = pack(to_bits([(0, seconds)], length=seconds), length=seconds)
        assert count_minutes([whole, b""], seconds=seconds) == [1] * -(-seconds // 60)


def test_time_by_the_clock(course, lessons):
    users = make_learners(8)
    read(users[:3], lessons[0], took=4 * MINUTE)
    read(users[3:6], lessons[0], took=12 * MINUTE)
    read(users[6:], lessons[0], took=3 * DAY)
    read(users[:4], lessons[1], took=4 * MINUTE)
    for user in users[:5]:
        hand_in(user, course, [True] * 4)
    enrol(users[:5], course, lessons_completed_at=NOON + 3 * DAY)
    tasks.renew_figures()
    told = tell("times", course)
    assert told["lessons"] == [
        ["First look", 8, 5, 15, 6],
        ["Second look", 4, 5, None, 4],
        ["Third look", 0, 10, None, 0],
        ["Post-test", 5, 4, 15, 5],
    ]
    bars = ask("times", course)[0].chart.bars
    assert [(bar.label, bar.width) for bar in bars] == [("< 15", 70.0), ("", None), ("", None), ("< 15", 70.0)]
    assert [row for row in told["test"] if row[1]] == [["10 to 15", 5]]
    assert [row for row in told["course"] if row[1]] == [["2 to 7", 5]]


def test_time_of_few_is_not_told_band_by_band(course, lessons):
    users = make_learners(4)
    for user in users:
        hand_in(user, course, [True] * 4)
    enrol(users, course, lessons_completed_at=NOON + 3 * DAY)
    tasks.renew_figures()
    for section in ask("times", course)[1:]:
        assert (section.about, section.chart) == ("n = 4", None)
        assert {row[1] for row in section.rows} == {None}


def test_pass_rates_tell_first_attempts_apart(course):
    users = make_learners(6)
    for user in users[:4]:
        hand_in(user, course, [True, True, True, False])
    for user in users[4:]:
        hand_in(user, course, [True, False, False, None])
        hand_in(user, course, [True] * 4, at=NOON + DAY)
    for user in users:
        hand_in(user, course, [True, False, False, False], at=NOON - DAY, purpose="pre")
    tasks.renew_figures()
    told = tell("pass-rates", course)
    assert told["passing"] == [["Chest film", 6, 4, 67, "30 to 90", 8, 6, 75]]
    assert [row for row in told["scores"] if row[1]] == [["20 to 29", 2], ["70 to 79", 4]]
    assert told["before-and-after"] == [["Chest film", 6, 25, 6, 58]]
    bars = ask("pass-rates", course)[2].chart.bars
    assert [(bar.name, bar.width) for bar in bars] == [("before: Chest film", 70.0), ("after: Chest film", 162.4)]


@pytest.fixture
def answered(course):
    """Forty learners. The first question is right of who knows more, the second the other way round; and the last
    three are right of every second, but for two who leave the last one open.
    """
    for number, user in enumerate(make_learners(40)):
        knows = number % 2 == 0
        hand_in(user, course, [knows, not knows, knows, None if number in (1, 3) else knows])
        hand_in(user, course, [True] * 4, at=NOON + DAY)  # a second attempt counts nowhere
    tasks.renew_figures()
    return course


def test_questions_tell_difficulty_discrimination_and_n(answered):
    rows = tell("questions", answered)["questions"]
    assert [row[:6] for row in rows] == [
        ["chest-film-1", 40, 50, "35 to 65", 1.0, None],
        ["chest-film-2", 40, 50, "35 to 65", -1.0, None],
        ["chest-film-3", 40, 50, "35 to 65", 1.0, None],
        ["chest-film-4", 40, 50, "35 to 65", 1.0, None],
    ]
    assert [row[6] for row in rows] == ["", "who knows less is right more often", "", ""]


def test_questions_whose_key_was_mended_tell_the_mended_one(course, author):
    """Six had chosen C, which was the key and is wrong, and keep their scores; the others A, which is right."""
    for number, user in enumerate(make_learners(10)):
        hand_in(user, course, [number < 6, True, True, True])
    question = mend_key(Question.objects.get(key="chest-film-1"), "A")
    regrade = regrades.start_regrade(question=question, because="C was A.", by=author)
    regrades.regrade(pk=regrade.pk)
    assert set(AttemptQuestion.objects.filter(question=question).values_list("is_right", flat=True)) == {True}
    tasks.make_figures_anew()
    rows = tell("questions", course)["questions"]
    assert [row[:3] for row in rows] == [
        ["chest-film-1", 10, 40],
        *(["chest-film-2", 10, 100], ["chest-film-3", 10, 100], ["chest-film-4", 10, 100]),
    ]


def test_choices_that_nobody_took(answered):
    """Wrong answers were all the first choice; the third is right."""
    rows = tell("questions", answered)["choices"]
    assert rows[:2] == [["Choice B1", "chest-film-1", 40, 0], ["Choice D1", "chest-film-1", 40, 0]]
    assert rows[-1] == ["Choice D4", "chest-film-4", 38, 0]
    assert len(rows) == 8


def test_a_choice_with_new_words_begins_anew(answered):
    Choice.objects.filter(text="Choice B1").update(text="Choice B1, reworded")
    rows = tell("questions", answered)["choices"]
    assert "Choice B1, reworded" not in [row[0] for row in rows]
    assert len(rows) == 7


def test_few_answers_tell_no_rates(course):
    for user in make_learners(4):
        hand_in(user, course, [True, False, True, False])
    tasks.renew_figures()
    assert tell("questions", course)["questions"][0] == ["chest-film-1", 4, None, None, None, None, ""]
    assert tell("pass-rates", course)["passing"][0][1:5] == [4, 0, None, None]
    assert tell("pass-rates", course)["scores"][5:8] == [["50 to 59", None], ["60 to 69", None], ["70 to 79", None]]
    assert {row[1] for row in tell("pass-rates", course)["scores"]} == {None}
    assert [section.chart for section in ask("pass-rates", course)] == [None] * 3
    assert [section.chart for section in ask("questions", course)] == [None] * 2
    assert Question.objects.count() == 4
