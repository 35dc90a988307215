"""Another of the same, as a draft of its own."""

import pytest
from django.urls import reverse

from courses.models import Course, Lesson, PublishedSlug, Question
from courses.writing.duplicating import NotDuplicated, duplicate_lesson, duplicate_question
from courses.writing.services import keep_slug
from tests.course_fixtures import add_checks, write_question_of
from tests.courses.studio.test_across import told as words


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def test_lesson_is_duplicated_behind_itself_with_checks_of_its_own(studio, course, author):
    checks = add_checks("first-look", count=2)
    lesson = Lesson.objects.get(slug="first-look")
    lesson.title = "First look, drafted"
    lesson.save_revision()
    address = f"/studio/lessons/{lesson.pk}/duplicate/"
    told = words(studio.get(address))
    assert "Its 2 checks are duplicated with it, as drafts with their own keys" in told
    assert Lesson.objects.count() == 3
    answer = studio.post(address)
    copy = Lesson.objects.get(slug="first-look-2")
    assert answer["Location"] == f"/studio/courses/{course.pk}/outline/#lesson-{copy.pk}"
    assert (copy.title, copy.live, copy.is_announced) == ("First look, drafted (copy)", False, False)
    assert (copy.latest_revision.user, copy.first_published_at, copy.live_revision) == (author, None, None)
    assert [each.slug for each in lesson.module.lessons.order_by("position")] == [
        "first-look",
        "first-look-2",
        "second-look",
    ]
    draft = copy.get_latest_revision_as_object()
    asked = [block["value"] for block in draft.body.raw_data if block["type"] == "question"]
    others = list(Question.objects.filter(pk__in=asked).order_by("key"))
    assert [(each.key, each.live, each.lesson) for each in others] == [
        ("first-look-check-1-2", False, copy),
        ("first-look-check-2-2", False, copy),
    ]
    kept = [
        block["value"] for block in Lesson.objects.get(slug="first-look").body.raw_data if block["type"] == "question"
    ]
    assert kept == [check.pk for check in checks]


def test_question_is_duplicated_whole(studio, course, keep_image):
    question = write_question_of(course, "place", keep_image())
    answer = studio.post(f"/studio/questions/{question.pk}/duplicate/")
    copy = Question.objects.get(key="place-2")
    assert answer["Location"] == reverse("wagtailsnippets_courses_question:edit", args=[copy.pk])
    assert (copy.live, copy.stem, copy.image, copy.image_alt) == (False, question.stem, question.image, "A field")
    sides = [[region.x, region.y, region.rx, region.ry] for each in (question, copy) for region in each.regions.all()]
    assert sides[0] == sides[1]
    single = Question.objects.get(key="chest-film-1")
    again = duplicate_question(question=single, by=question.latest_revision.user)
    assert [(each.text, each.is_correct) for each in again.choices.all()] == [
        (each.text, each.is_correct) for each in single.choices.all()
    ]
    assert single.choices.count() == 4


def test_question_in_words_is_not_duplicated(studio, course, keep_image, author):
    picture = write_question_of(course, "place", keep_image())
    asked = write_question_of(course, "single", key="in-words", use="words", stands_for=picture)
    with pytest.raises(NotDuplicated, match="It stands for “place”"):
        duplicate_question(question=asked, by=author)
    assert "It stands for “place”" in words(studio.post(f"/studio/questions/{asked.pk}/duplicate/", follow=True))
    assert not Question.objects.filter(key="in-words-2").exists()


def test_duplicate_takes_no_address_that_leads_elsewhere(course, author, client_for, learner_with_access):
    second = Lesson.objects.get(slug="second-look")
    PublishedSlug.objects.create(slug="first-look-2", lesson=second)
    copy = duplicate_lesson(lesson=Lesson.objects.get(slug="first-look"), by=author)
    assert copy.slug == "first-look-3"
    copy.latest_revision.publish()
    keep_slug(copy)
    learner = client_for(learner_with_access)
    assert learner.get("/courses/chest-film/first-look-2/")["Location"] == "/courses/chest-film/second-look/"
    assert learner.get("/courses/chest-film/first-look-3/").status_code == 200
    assert learner.get("/courses/chest-film/first-look/").status_code == 200
    assert Course.objects.count() == 1
