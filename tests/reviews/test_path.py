"""The whole way of a draft: sent, approved, checked, live."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.models import Lesson
from reviews.models import Act, Decision, State, Submission
from reviews.services.deciding import approve
from reviews.services.sending import send

pytestmark = pytest.mark.django_db


def test_what_is_approved_goes_live_and_nothing_that_was_saved_meanwhile(draft, author, reviewer):
    (sent,) = send(rows=[draft], note="Better title.", by=author)
    assert (sent.state, sent.step) == (State.MEDICAL, "medical")
    later = draft.get_latest_revision_as_object()
    later.title = "Never reviewed"
    later.save_revision(user=author)
    approve(submission_id=sent.pk, said="Fine.", by=reviewer)
    draft.refresh_from_db()
    assert (draft.title, draft.live_revision_id, draft.has_unpublished_changes) == (
        "First look, mended",
        sent.revision_id,
        True,
    )
    sent.refresh_from_db()
    assert sent.state == State.LIVE
    told = Decision.objects.filter(submission=sent).order_by("pk").values_list("act", "step", "said", "by_name")
    assert list(told) == [
        (Act.SENT, "", "Better title.", str(author)),
        (Act.APPROVED, "medical", "Fine.", "Rita Reviewer, MD"),
        (Act.LEFT_OUT, "cme", "Nothing accredited belongs to it.", ""),
        (Act.WENT_LIVE, "", "", ""),
    ]


def test_cme_office_checks_what_earns_credit(draft, author, reviewer, office, course, make_activity):
    make_activity(course)
    (sent,) = send(rows=[draft], note="", by=author)
    approve(submission_id=sent.pk, said="", by=reviewer)
    sent.refresh_from_db()
    assert sent.state == State.CME
    assert Lesson.objects.get(pk=draft.pk).title == "First look"
    approve(submission_id=sent.pk, said="", by=office)
    assert Lesson.objects.get(pk=draft.pk).title == "First look, mended"


def test_without_approval_nothing_is_published(draft):
    with pytest.raises(ValidationError, match="once it is reviewed"):
        draft.latest_revision.publish()
    assert Lesson.objects.get(pk=draft.pk).title == "First look"


def test_people_go_the_whole_way_on_screens(draft, author, reviewer, client_for):
    writing, reading = client_for(author), client_for(reviewer)
    editor = reverse("wagtailsnippets_courses_lesson:edit", args=[draft.pk])
    page = writing.get(editor).content.decode()
    assert 'name="action-review"' in page
    assert 'name="action-publish"' not in page
    address = reverse("review_send", args=["courses.lesson", draft.pk])
    assert "First look, mended" in writing.get(address).content.decode()
    writing.post(address, {"note": "Please"})
    sent = Submission.objects.get()
    queue = reading.get(reverse("reviews")).content.decode()
    assert "First look, mended" in queue
    screen = reading.get(reverse("review", args=[sent.pk])).content.decode()
    assert "<ins>" in screen
    assert "Everyone may read this opening." in screen
    response = reading.post(reverse("review_approve", args=[sent.pk]), {"said": ""}, follow=True)
    assert "is approved and live" in response.content.decode()
    assert Lesson.objects.get(pk=draft.pk).title == "First look, mended"
    assert writing.get(reverse("review", args=[sent.pk])).status_code == 200
