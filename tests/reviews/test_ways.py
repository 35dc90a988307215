"""From lists and editors to the review, and from the review to where a draft is walked and played."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import reverse

from courses.models import Lesson
from reviews.models import ReviewSetting
from reviews.services.deciding import approve, ask_for_changes
from reviews.services.sending import send
from tests.guides.conftest import guide as guide
from tests.guides.conftest import root as root
from tests.html import words
from tests.reviewing import ask_for_review, do_without_review

pytestmark = pytest.mark.django_db

GUIDES = "/studio/guides/"


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def guide_draft(guide, author):
    ask_for_review()
    guide.summary = "Another summary of the edge."
    guide.save_revision(user=author)
    guide.refresh_from_db()
    return guide


def test_list_of_guides_says_where_review_stands(guide_draft, author, reviewer, client_for):
    def told() -> str:
        [row] = soup_of(client_for(author).get(GUIDES)).select("table.listing tbody tr")
        return words(row.select("td")[-1])

    assert told() == ""
    (sent,) = send(rows=[guide_draft], note="", by=author)
    assert told() == "In medical review"
    ask_for_changes(submission_id=sent.pk, because="Say more.", by=reviewer)
    assert told() == "Changes asked for"
    guide_draft.refresh_from_db()
    (again,) = send(rows=[guide_draft], note="", by=author)
    approve(submission_id=again.pk, said="", by=reviewer)
    assert told() == ""


def test_editor_of_a_guide_leads_to_its_review_after_a_decision(guide_draft, author, reviewer, client_for):
    editor = reverse("wagtailadmin_pages:edit", args=[guide_draft.pk])

    def list_ways() -> list[str]:
        return [words(link) for link in soup_of(client_for(author).get(editor)).select(f'header a[href="{review}"]')]

    (sent,) = send(rows=[guide_draft], note="", by=author)
    review = reverse("review", args=[sent.pk])
    assert list_ways() == ["In medical review"]
    ask_for_changes(submission_id=sent.pk, because="Say more.", by=reviewer)
    assert list_ways() == ["Changes asked for"]
    guide_draft.refresh_from_db()
    (again,) = send(rows=[guide_draft], note="", by=author)
    review = reverse("review", args=[again.pk])
    approve(submission_id=again.pk, said="", by=reviewer)
    assert list_ways() == ["Review"]


def find_previews(page: Tag) -> list[str]:
    return [str(link["href"]) for link in page.select("a") if "as a learner does" in words(link)]


@pytest.mark.parametrize("who", ["author", "reviewer", "office", "admin"])
def test_who_reviews_finds_the_preview(draft, author, client_for, request, who):
    (sent,) = send(rows=[draft], note="", by=author)
    visitor = client_for(request.getfixturevalue(who))
    page = soup_of(visitor.get(reverse("review", args=[sent.pk])))
    [way] = [link["href"] for link in page.select(".review-ways a") if words(link) == "Preview as a learner"]
    assert way == f"{reverse('preview', args=[draft.module.course_id])}?lesson={draft.pk}"
    assert visitor.get(way).status_code == 302
    assert find_previews(page) == []  # it has no video


def test_guide_has_no_preview_of_a_course(guide_draft, author, client_for):
    (sent,) = send(rows=[guide_draft], note="", by=author)
    page = soup_of(client_for(author).get(reverse("review", args=[sent.pk])))
    assert "Preview as a learner" not in [words(link) for link in page.select("a")]


def test_video_is_told_and_leads_to_where_it_plays(video_lesson, video, author, reviewer, client_for):
    ask_for_review(video_lesson.module.course)
    video_lesson.summary = "Another summary."
    video_lesson.save_revision(user=author)
    (sent,) = send(rows=[Lesson.objects.get(pk=video_lesson.pk)], note="", by=author)
    page = soup_of(client_for(reviewer).get(reverse("review", args=[sent.pk])))
    assert page.select("video") == []
    [way] = find_previews(page)
    assert way.endswith(f"/preview/?lesson={video_lesson.pk}")
    part = next(part for part in page.select(".review-part") if find_previews(part))
    assert video.title in words(part)
    assert [words(line) for line in part.select("ol li")] == [f"{cue.clock} {cue.text}" for cue in video.cues]


def test_steps_of_a_course_go_with_it(course, write_course, author):
    other = write_course("other-film", [])
    do_without_review(other)
    do_without_review(course)
    scopes = {f"course/{each.pk}" for each in (course, other)}
    assert set(ReviewSetting.objects.values_list("scope", flat=True)) >= scopes
    gone = f"course/{other.pk}"
    other.faculty.all().delete()
    other.delete()
    assert not ReviewSetting.objects.filter(scope=gone).exists()
    assert ReviewSetting.objects.filter(scope=f"course/{course.pk}").exists()
