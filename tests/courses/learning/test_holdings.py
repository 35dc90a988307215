from courses.learning.queries.holdings import Holding, get_holdings
from courses.models import VideoStatus
from tests.course_fixtures import blocks, put_video, write_lesson, write_question_of


def test_holdings_are_counted_from_what_is_published(course, preview_lesson, locked_lesson):
    check = write_question_of(course, "numeric", use="check")
    withdrawn = write_question_of(course, "single", use="check")
    withdrawn.unpublish()
    test = write_question_of(course, "multiple")
    put_video("second-look", seconds=65)
    put_video("first-look", seconds=9, status=VideoStatus.ENCODING)
    locked_lesson.renderings.update(question_ids=[check.pk, withdrawn.pk, test.pk])

    found = get_holdings()

    locked = Holding(lessons=1, pictures=1, videos=1, video_seconds=65, checks=1)
    assert found.lessons == {preview_lesson.pk: Holding(1, 1, pictures=1), locked_lesson.pk: locked}
    assert found.courses == {course.pk: Holding(2, 1, 2, 1, 65, 1)}
    assert found.everything == found.courses[course.pk]


def test_holdings_of_what_is_taken_off_are_nothing(course, locked_lesson, write_course):
    locked_lesson.unpublish()
    write_course("empty", [])
    assert get_holdings().everything == Holding(1, 1, pictures=1)
    course.unpublish()
    assert get_holdings() == ({}, {}, Holding())


def test_holdings_ask_as_often_for_more(course, write_course, django_assert_num_queries):
    with django_assert_num_queries(3):
        get_holdings()
    write_course("two", [("M", [("other", "Other")])])
    write_lesson("other", blocks("other", ("text", "<p>x</p>")))
    with django_assert_num_queries(3):
        assert len(get_holdings().courses) == 2


def test_holding_in_words():
    assert (
        Holding(pictures=1, videos=1, video_seconds=272, checks=2).in_words == "1 picture, a lecture of 4:32, 2 checks"
    )
    assert Holding(pictures=3, videos=2, video_seconds=65).in_words == "3 pictures, 2 lectures of 1:05"
    assert Holding(lessons=4).in_words == ""
