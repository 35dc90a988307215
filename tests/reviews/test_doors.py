"""Every door through which a draft could go live without review is shut, and open where a course does without."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.assessment.errors import NothingToRegrade
from courses.assessment.services.regrades import start_regrade
from courses.models import Lesson, Question
from escan.tasks import publish_scheduled
from guides.models import Guide
from reviews.models import Act, Decision, State
from reviews.services.deciding import approve
from reviews.services.sending import send
from tests.guides.writing import load_guide
from tests.reviewing import ask_for_review, do_without_review

pytestmark = pytest.mark.django_db

TOLD = "It goes live once it is reviewed"


def lesson_form(lesson, **changes):
    data = {
        "title": "Sneaked in",
        "summary": "",
        "slug": lesson.slug if lesson else "sneaked-in",
        "minutes": 5,
        "body": streamfield([("text", rich_text("<p>Sneaked in.</p>"))]),
        "go_live_at": "",
        "expire_at": "",
        "action-publish": "publish",
    }
    return nested_form_data({**data, **changes})


def edit(lesson):
    return reverse("wagtailsnippets_courses_lesson:edit", args=[lesson.pk])


@pytest.fixture
def is_shut(draft):
    """Learners still have what was live before."""
    live = draft.live_revision_id

    def check():
        row = Lesson.objects.get(pk=draft.pk)
        assert (row.live_revision_id, row.title) == (live, "First look")
        scheduled = Revision.objects.filter(
            content_type=ContentType.objects.get_for_model(Lesson), approved_go_live_at__isnull=False
        )
        assert not scheduled.exists()

    return check


@pytest.mark.parametrize("person", ["author", "admin"])
def test_form_publishes_nothing(request, client_for, draft, is_shut, person):
    response = client_for(request.getfixturevalue(person)).post(edit(draft), lesson_form(draft))
    assert TOLD in response.content.decode()
    is_shut()


def test_schedule_by_the_form_publishes_nothing(author, client_for, draft, is_shut):
    later = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    response = client_for(author).post(edit(draft), lesson_form(draft, go_live_at=later))
    assert TOLD in response.content.decode()
    is_shut()


def test_form_of_a_new_lesson_publishes_nothing(author, client_for, course):
    ask_for_review(course)
    address = reverse("wagtailsnippets_courses_lesson:add")
    response = client_for(author).post(address, lesson_form(None, module=course.modules.first().pk))
    assert TOLD in response.content.decode()
    assert not Lesson.objects.filter(slug="sneaked-in").exists()


def test_an_older_version_is_not_brought_back_past_review(author, client_for, draft, is_shut):
    old = draft.revisions.order_by("pk").first()
    address = reverse("wagtailsnippets_courses_lesson:revisions_revert", args=[draft.pk, old.pk])
    response = client_for(author).post(address, lesson_form(draft))
    assert TOLD in response.content.decode()
    is_shut()


def test_clock_publishes_nothing_that_was_not_approved(draft, is_shut):
    draft.go_live_at = timezone.now() - timedelta(minutes=1)
    draft.save_revision()
    publish_scheduled()
    is_shut()


def test_code_publishes_nothing(draft, is_shut):
    with pytest.raises(ValidationError, match=TOLD):
        draft.latest_revision.publish()
    with pytest.raises(ValidationError, match=TOLD):
        draft.publish(draft.latest_revision, skip_permission_checks=True)
    is_shut()


def test_questions_from_a_file_and_marking_again_publish_nothing(author, question_draft):
    """Both begin from what is published: a key in a draft marks nothing."""
    live = question_draft.live_revision_id
    with pytest.raises(NothingToRegrade):
        start_regrade(question=question_draft, because="A wrong key", by=author)
    assert Question.objects.get(pk=question_draft.pk).live_revision_id == live


@pytest.mark.parametrize("name", ["course", "question"])
def test_courses_and_questions_are_held_back_alike(course, author, name):
    ask_for_review(course)
    row = course if name == "course" else Question.objects.filter(course=course).first()
    revision = row.save_revision(user=author)
    with pytest.raises(ValidationError, match=TOLD):
        revision.publish()


@pytest.fixture
def guide(tmp_path, media, author):
    guide = load_guide(tmp_path)
    ask_for_review()
    guide.title = "Sneaked in"
    guide.save_revision(user=author)
    return Guide.objects.get(pk=guide.pk)


@pytest.mark.parametrize("person", ["author", "admin"])
def test_guide_has_no_other_door_either(request, client_for, guide, person):
    client = client_for(request.getfixturevalue(person))
    page = client.get(reverse("wagtailadmin_pages:edit", args=[guide.pk])).content.decode()
    assert 'name="action-publish"' not in page
    assert 'name="action-review"' in page
    address = reverse("wagtailadmin_api:pages:action", args=[guide.pk, "publish"])
    assert client.post(address).status_code == 403
    client.post(f"/studio/bulk/wagtailcore/page/publish/?id={guide.pk}")
    with pytest.raises(ValidationError, match=TOLD):
        guide.latest_revision.publish()
    assert Guide.objects.get(pk=guide.pk).title != "Sneaked in"


def test_without_the_steps_authors_publish(author, client_for, draft, course):
    do_without_review(course)
    client = client_for(author)
    page = client.get(edit(draft)).content.decode()
    assert 'name="action-publish"' in page
    assert 'name="action-review"' not in page
    client.post(edit(draft), lesson_form(draft))
    assert Lesson.objects.get(pk=draft.pk).title == "Sneaked in"


def test_what_is_approved_with_a_time_goes_live_then(author, reviewer, draft):
    draft.title = "At its time"
    draft.go_live_at = timezone.now() + timedelta(hours=1)
    draft.save_revision(user=author)
    draft = Lesson.objects.get(pk=draft.pk)
    (sent,) = send(rows=[draft], note="", by=author)
    approve(submission_id=sent.pk, said="", by=reviewer)
    sent.refresh_from_db()
    assert (sent.state, sent.obstacle) == (State.APPROVED, "")
    assert Lesson.objects.get(pk=draft.pk).title == "First look"
    Revision.objects.filter(pk=sent.revision_id).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    revision = Revision.objects.get(pk=sent.revision_id)
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    # Time has come, and nothing else: whatever else is in a revision that was approved does not go live.
    Revision.objects.filter(pk=sent.revision_id).update(content=revision.content)
    publish_scheduled()
    assert Lesson.objects.get(pk=draft.pk).title == "First look"


def test_taking_off_stays_open_to_authors_in_review_too_and_is_recorded(author, client_for, draft):
    send(rows=[draft], note="", by=author)
    client = client_for(author)
    address = reverse("wagtailsnippets_courses_lesson:unpublish", args=[draft.pk])
    assert address in client.get(edit(draft)).content.decode()
    client.post(address)
    assert not Lesson.objects.get(pk=draft.pk).live
    taken_off = Decision.objects.get(act=Act.TAKEN_OFF)
    assert (taken_off.title, taken_off.by) == ("First look", author)


def test_in_review_it_is_not_edited(author, client_for, draft):
    (sent,) = send(rows=[draft], note="", by=author)
    client = client_for(author)
    client.post(edit(draft), lesson_form(draft, **{"action-publish": ""}))
    row = Lesson.objects.get(pk=draft.pk)
    assert row.latest_revision_id == sent.revision_id
    assert "withdraw it to change it" in client.get(edit(draft)).content.decode()
    client.post(reverse("review_withdraw", args=[sent.pk]))
    response = client.post(edit(draft), lesson_form(draft, **{"action-publish": ""}))
    assert response.status_code == 302
    assert Lesson.objects.get(pk=draft.pk).latest_revision_id != sent.revision_id
