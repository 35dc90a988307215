"""Pictures of questions of any kind, and the way to the same credit for who cannot read images."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.assessment.asking import describe, freeze
from courses.assessment.pictures import freeze_fresh, measure_bar
from courses.assessment.queries.pools import get_asked, get_pool
from courses.assessment.scoring import get_right_answer
from courses.assessment.services import attempts, checks
from courses.faults.checking import check_live_courses
from courses.learning.queries.outlines import get_outline
from courses.models import Attempt, CheckAnswer, Course, Question
from courses.recall.queries import count_due, get_open_cards
from courses.recall.services import collect_missed
from tests.course_fixtures import add_checks, answer_all, read_all, text_of, write_question_of
from tests.faults import find_refused

FACTS = {
    "mm_per_pixel": [0.1],
    "outlines": [{"finding": 0, "visibility": 9.1, "points": [[40.5, 50], [61, 50], [50, 72.5]]}],
}
OUTLINE = "40.5,50 61,50 50,72.5"


@pytest.fixture
def pictured(course, keep_image) -> Question:
    """A question of the test with a picture, and beside it the same in words."""
    shown = {"image_id": keep_image("field.svg"), "image_alt": "A magnified field", "image_facts": FACTS}
    question = write_question_of(course, "single", key="pictured", **shown)
    write_question_of(course, "single", key="worded", use="words", stands_for=question, stem="<p>A haze in words.</p>")
    return question


@pytest.fixture
def reads_in_words(learner_with_access):
    learner_with_access.reads_in_words = True
    learner_with_access.save()
    return learner_with_access


@pytest.mark.parametrize("kind", ["single", "multiple", "numeric"])
def test_picture_of_any_kind_is_shown_and_its_outline_once_it_is_told(course, keep_image, kind):
    shown = {"image_id": keep_image(), "image_alt": "A field", "image_facts": FACTS}
    content = freeze(write_question_of(course, kind, **shown), None)
    asked = describe(content, None, is_told=False)
    bar = {"mm": 2, "pixels": 20}
    assert asked.image == {"id": shown["image_id"], "width": 160, "height": 160, "alt": "A field", "bar": bar}
    assert asked.outlines == ()
    assert describe(content, get_right_answer(content), is_told=True).outlines == [OUTLINE]


def test_bar_takes_a_quarter_of_the_width_at_most():
    assert measure_bar(412, 0.0389) == {"mm": 2, "pixels": 51}
    assert measure_bar(600, 0.1) == {"mm": 10, "pixels": 100}
    assert measure_bar(20, 1.0) == {"mm": 5, "pixels": 5}


def test_question_with_a_picture_waits_for_its_words(course, keep_image):
    with pytest.raises(ValidationError, match="Say what the picture shows"):
        write_question_of(course, "single", image_id=keep_image())


def test_question_in_words_stands_for_one_with_a_picture_of_the_course(course, pictured):
    plain = write_question_of(course, "single", key="plain")
    with pytest.raises(ValidationError, match="a question with a picture"):
        write_question_of(course, "single", key="other", use="words", stands_for=plain)
    for fields in ({"use": "words"}, {"stands_for_id": pictured.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.filter(pk=plain.pk).update(**fields)


def test_pool_in_words_has_no_picture_and_as_many_questions(course, pictured):
    keys = {question.key for question in get_pool(course, is_in_words=False)}
    in_words = {question.key for question in get_pool(course, is_in_words=True)}
    assert (keys - in_words, in_words - keys) == ({"pictured"}, {"worded"})


def test_test_is_drawn_in_words_for_who_cannot_read_images(course, pictured, reads_in_words):
    course.post_test_questions = 5
    course.save()
    read_all(reads_in_words, course)
    attempt = attempts.start_attempt(user=reads_in_words, outline=get_outline(course, reads_in_words))
    questions = list(attempt.questions.select_related("question"))
    assert attempt.is_in_words is True
    assert {each.question.key for each in questions} == {"worded", *(f"chest-film-{n}" for n in range(1, 5))}
    assert [each.content["image"] for each in questions] == [None] * 5
    answer_all(attempt, right=5)
    assert attempts.submit_attempt(attempt=attempt).is_passed
    assert reads_in_words.completions.get().course_id == course.pk


def test_start_of_a_test_asks_and_keeps_the_answer(course, pictured, client_for, learner_with_access):
    read_all(learner_with_access, course)
    browser, address = client_for(learner_with_access), reverse("post_test", args=[course.slug])
    assert 'name="reads_in_words"' in browser.get(address).content.decode()
    browser.post(address, {"asks_in_words": "1", "reads_in_words": "1"})
    assert Attempt.objects.get().is_in_words is True
    # Under way: it is not asked, and what was drawn stays.
    assert 'name="reads_in_words"' not in browser.get(address).content.decode()
    browser.post(address)
    learner_with_access.refresh_from_db()
    assert learner_with_access.reads_in_words is True


def test_profile_turns_words_on_and_off(client_for, learner):
    browser = client_for(learner)
    for sent, kept in (({"reads_in_words": "1"}, True), ({}, False)):
        assert browser.post(reverse("accounts:in_words"), sent).status_code == 302
        learner.refresh_from_db()
        assert learner.reads_in_words is kept


def test_check_in_words_counts_for_the_check(course, keep_image, reads_in_words, client_for):
    [check] = add_checks("second-look", count=1)
    shown = {"image_id": keep_image(), "image_alt": "A field"}
    write_question_of(course, "single", key=check.key, use="check", lesson=check.lesson, **shown)
    worded = write_question_of(course, "numeric", key="worded", use="words", stands_for=check, stem="<p>In words.</p>")
    check.refresh_from_db()
    page = client_for(reads_in_words).get(check.lesson.get_absolute_url()).content.decode()
    assert "In words." in page and "/checks/pictures/" not in page
    address = reverse("check", args=[check.lesson_id, check.pk])
    client_for(reads_in_words).post(address, {"revision": worded.live_revision_id, "value": "31.25"})
    kept = CheckAnswer.objects.get()
    assert (kept.question_id, kept.revision_id, kept.is_right) == (check.pk, worded.live_revision_id, True)
    assert get_asked(check, is_in_words=False) == check
    told = client_for(reads_in_words).get(address).content.decode()
    assert "In words." in told and "Secret of numeric." in told


def test_check_without_a_counterpart_is_asked_as_it_is(course, keep_image, reads_in_words):
    [check] = add_checks("second-look", count=1)
    checks.answer_check(
        user=reads_in_words,
        text=text_of("second-look"),
        question=check,
        revision_id=check.live_revision_id,
        answer=0,
    )
    assert CheckAnswer.objects.get().question_id == check.pk


def test_page_that_asks_tells_nothing_of_the_outline(course, pictured, client_for, learner_with_access):
    course.post_test_questions = 5
    course.save()
    read_all(learner_with_access, course)
    attempt = attempts.start_attempt(user=learner_with_access, outline=get_outline(course, learner_with_access))
    position = attempt.questions.get(question=pictured).position
    browser, address = client_for(learner_with_access), reverse("attempt", args=[course.slug, attempt.pk])
    page = browser.get(f"{address}?q={position}").content.decode()
    assert 'class="shot"' in page and "A magnified field" in page
    assert [word for word in ("polygon", "40.5", "visibility", "pictured") if word in page] == []
    answer_all(attempt, right=5)
    attempts.submit_attempt(attempt=attempt)
    assert OUTLINE in browser.get(address).content.decode()


def test_question_in_words_for_a_check_is_told_as_the_check_is(course, pictured, learner_with_access):
    """Also in recall, where it may be from the time when it was the check itself; the two ways to ask agree."""
    today = date(2026, 1, 5)
    collect_missed(user=learner_with_access, ratings=[(Question.objects.get(key="worded").pk, 1)], day=today)
    later = date(2026, 2, 5)
    for use, due in (("test", 0), ("check", 1)):
        Question.objects.filter(pk=pictured.pk).update(use=use)
        assert (get_open_cards(learner_with_access).count(), count_due(learner_with_access, later)) == (due, due)


@pytest.fixture
def unworded(course, pictured) -> Course:
    """Five questions are to be drawn, of which who reads in words could be asked four."""
    Question.objects.get(key="worded").unpublish()
    Course.objects.filter(pk=course.pk).update(post_test_questions=5, pre_test_questions=5)
    course.refresh_from_db()
    return course


def test_test_in_words_is_as_long_as_the_others_or_does_not_begin(unworded, reads_in_words, client_for):
    read_all(reads_in_words, unworded)
    browser = client_for(reads_in_words)
    for name in ("post_test", "pre_test"):
        refused = browser.post(reverse(name, args=[unworded.slug]))
        assert (refused.status_code, "Write to us on the contact page" in refused.content.decode()) == (409, True)
    assert not Attempt.objects.exists()
    Question.objects.filter(key="pictured").update(live=False)  # then nobody is asked more than four
    attempt = attempts.start_attempt(user=reads_in_words, outline=get_outline(unworded, reads_in_words))
    assert attempt.questions.count() == 4


def test_course_names_the_questions_in_words_that_it_lacks(unworded):
    told = (
        "5 are to be drawn, and who cannot read images can be asked 4: "
        "publish the questions in words that stand for pictured."
    )
    assert find_refused(unworded) == {"post_test_questions": [told], "pre_test_questions": [told]}
    assert [course for course, _ in check_live_courses()] == [unworded]
    Question.objects.get(key="worded").latest_revision.publish()
    assert (find_refused(unworded), check_live_courses()) == ({}, [])


def test_question_without_a_picture_has_no_fresh_one(pictured):
    pictured.fresh_pictures = [{"image": {"id": 7, "width": 9, "height": 9}, "facts": FACTS}]
    assert freeze_fresh(pictured, 1)["image"]["id"] == 7
    pictured.image = None
    assert freeze_fresh(pictured, 1) == {}
