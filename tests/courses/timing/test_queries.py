from decimal import Decimal

from courses.models import Lesson, Question
from courses.timing.method import Load
from courses.timing.queries import measure_course
from tests.course_fixtures import put_video, text_of

THREE_QUERIES = 3


def add_check(course, slug: str) -> Question:
    check = Question.objects.filter(course=course, use="test").first()
    Question.objects.filter(pk=check.pk).update(use="check")
    text = text_of(slug)
    text.question_ids = [*text.question_ids, check.pk]
    text.save(update_fields=["question_ids"])
    return check


def test_a_course_takes_its_words_checks_videos_and_post_test(course, django_assert_num_queries):
    add_check(course, "second-look")
    put_video("second-look", seconds=90)
    with django_assert_num_queries(THREE_QUERIES):
        time = measure_course(course)
    assert [(each.lesson.slug, each.load) for each in time.lessons] == [
        ("first-look", Load(14, 0, 0)),
        ("second-look", Load(81, 1, 90)),
    ]
    assert time.load == Load(95, 5, 90)
    # 95 / 238 = 0.399; 1 + 4; 1.5.
    assert round(time.minutes, 3) == Decimal("6.899")
    assert (time.whole_minutes, time.test_minutes) == (7, 4)
    # 81 / 238 + 1 + 1.5 = 2.84.
    assert [each.minutes for each in time.lessons] == [0, 3]
    # The lessons say five each.
    assert time.stated == 14


def test_more_lessons_and_videos_ask_no_more(course, django_assert_num_queries):
    for slug in ("first-look", "second-look"):
        add_check(course, slug)
        put_video(slug, seconds=10)
        put_video(slug, seconds=20)
    with django_assert_num_queries(THREE_QUERIES):
        assert measure_course(course).read == Load(95, 2, 60)


def test_what_nobody_must_do_is_not_counted(course):
    add_check(course, "second-look")
    Lesson.objects.filter(slug="first-look").update(is_required=False)
    Question.objects.filter(use="check").update(live=False)
    course.pre_test_questions = 3
    time = measure_course(course)
    assert [each.lesson.slug for each in time.lessons] == ["second-look"]
    assert time.load == Load(81, 4, 0)


def test_mergener_is_asked_with_the_post_test_alone_and_with_the_checks(course):
    add_check(course, "second-look")
    opinions = measure_course(course).opinions
    assert [opinion.number for opinion in opinions] == [1, 2, 3, 4, 5]
    # 0.9 * (-22.3 + 0.19855 + 11.12 + 46.5) = 31.966695; one question more is 2.502.
    assert (opinions[2].test_alone, opinions[2].with_checks) == (Decimal("31.966695"), Decimal("34.468695"))
    assert measure_course(course).second_opinion == opinions[2]
