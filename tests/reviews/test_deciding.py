"""Who decides, what is refused, what falls back, and what is kept."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Revision

from courses.models import Course, Lesson, Question
from guides.models import Guide
from reviews import errors
from reviews.models import Act, Decision, State, Submission
from reviews.queries import get_base
from reviews.registry import Scope
from reviews.services import deciding, publishing
from reviews.services.deciding import approve, approve_several, ask_for_changes, note_opening
from reviews.services.recording import see_correction
from reviews.services.sending import send, withdraw
from reviews.services.settings import set_steps
from tests.conftest import make_user
from tests.course_fixtures import blocks
from tests.guides.writing import load_guide
from tests.reviewing import ask_for_review, go_through, make_reviewer

pytestmark = pytest.mark.django_db


def acts(row):
    return list(Decision.objects.filter(object_id=row.pk).order_by("pk").values_list("act", flat=True))


# --- Own work -----------------------------------------------------------------------------------------


def test_nobody_approves_what_they_wrote(draft, author):
    author.groups.add(Group.objects.get(name="Medical reviewers"))
    author = type(author).objects.get(pk=author.pk)
    (sent,) = send(rows=[draft], note="", by=author)
    with pytest.raises(errors.OwnWork, match="nobody approves what they wrote themselves"):
        approve(submission_id=sent.pk, said="", by=author)
    assert Submission.objects.get().state == State.MEDICAL


def test_nobody_approves_what_they_sent_or_edited_last_administrators_neither(draft, author, reviewer, admin):
    (sent,) = send(rows=[draft], note="", by=admin)
    with pytest.raises(errors.OwnWork):
        approve(submission_id=sent.pk, said="", by=admin)
    withdraw(submission_id=sent.pk, by=author)
    draft.title = "Theirs"
    draft.save_revision(user=reviewer)
    (again,) = send(rows=[Lesson.objects.get(pk=draft.pk)], note="", by=author)
    with pytest.raises(errors.OwnWork):
        approve(submission_id=again.pk, said="", by=reviewer)


def test_a_step_is_its_own_roles(draft, author, office):
    (sent,) = send(rows=[draft], note="", by=author)
    for person in (author, office):
        with pytest.raises(errors.NotYourStep):
            approve(submission_id=sent.pk, said="", by=person)
        with pytest.raises(errors.NotYourStep):
            ask_for_changes(submission_id=sent.pk, because="Because", by=person)


# --- What was sent ------------------------------------------------------------------------------------


def test_a_version_that_was_changed_after_it_was_sent_falls_back(draft, author, reviewer):
    """An autosave that came late writes into the very revision."""
    (sent,) = send(rows=[draft], note="", by=author)
    revision = Revision.objects.get(pk=sent.revision_id)
    revision.content["title"] = "Slipped in"
    revision.save()
    with pytest.raises(errors.ChangedSince):
        approve(submission_id=sent.pk, said="", by=reviewer)
    assert Submission.objects.get().state == State.FELL_BACK
    assert Lesson.objects.get(pk=draft.pk).title == "First look"
    assert acts(draft) == [Act.SENT, Act.FELL_BACK]


def test_it_falls_back_where_another_version_is_published_meanwhile(draft, author, admin):
    (sent,) = send(rows=[draft], note="", by=author)
    other = Lesson.objects.get(pk=draft.pk)
    other.title = "From a file"
    publishing.publish_loaded(revision=other.save_revision())
    sent.refresh_from_db()
    assert sent.state == State.FELL_BACK
    assert Lesson.objects.get(pk=draft.pk).title == "From a file"


def test_what_is_in_review_is_not_sent_twice_and_nothing_new_is_not_sent(draft, author, course):
    (sent,) = send(rows=[draft], note="", by=author)
    with pytest.raises(errors.InReview):
        send(rows=[Lesson.objects.get(pk=draft.pk)], note="", by=author)
    with pytest.raises(errors.NothingToSend):
        send(rows=[Question.objects.filter(course=course, has_unpublished_changes=False).first()], note="", by=author)
    ask_for_review(course, medical=False)
    withdraw(submission_id=sent.pk, by=author)
    with pytest.raises(errors.NoReviewNeeded):
        send(rows=[Lesson.objects.get(pk=draft.pk)], note="", by=author)


def test_a_draft_that_lacks_something_is_not_sent(question_draft, author):
    question_draft.choices.set([choice for choice in question_draft.choices.all() if not choice.is_correct])
    question_draft.save_revision(user=author)
    with pytest.raises(errors.NotPublishable):
        send(rows=[Question.objects.get(pk=question_draft.pk)], note="", by=author)
    assert not Submission.objects.exists()


def test_of_several_none_is_sent_where_one_is_refused(draft, course, author):
    live = Question.objects.filter(course=course).first()
    with pytest.raises(errors.NothingToSend):
        send(rows=[draft, live], note="", by=author)
    assert not Submission.objects.exists()


# --- Several ------------------------------------------------------------------------------------------


def test_several_are_approved_once_each_was_opened(draft, question_draft, author, reviewer):
    sent = send(rows=[draft, question_draft], note="", by=author)
    keys = [row.pk for row in sent]
    note_opening(submission=sent[0], by=reviewer)
    with pytest.raises(errors.NotRead, match=question_draft.key):
        approve_several(submission_ids=keys, by=reviewer)
    assert set(Submission.objects.values_list("state", flat=True)) == {State.MEDICAL}
    note_opening(submission=sent[1], by=reviewer)
    approve_several(submission_ids=keys, by=reviewer)
    assert set(Submission.objects.values_list("state", flat=True)) == {State.LIVE}


def test_lesson_goes_live_with_its_check_and_not_before(course, author, reviewer, draft):
    check = Question.objects.filter(course=course).last()
    Question.objects.filter(pk=check.pk).update(
        live=False, live_revision=None, has_unpublished_changes=True, use="check"
    )
    check = Question.objects.get(pk=check.pk)
    check.save_revision(user=author)
    draft.title = "First look, mended"
    draft.body = draft.body.stream_block.to_python(
        [*draft.body.raw_data, *blocks("first-look/check", ("question", check.pk))]
    )
    draft.save_revision(user=author)
    lesson, question = Lesson.objects.get(pk=draft.pk), Question.objects.get(pk=check.pk)
    first, second = send(rows=[lesson, question], note="", by=author)
    approve(submission_id=first.pk, said="", by=reviewer)
    first.refresh_from_db()
    assert (first.state, check.key in first.obstacle) == (State.APPROVED, True)
    assert Lesson.objects.get(pk=draft.pk).title == "First look"
    approve(submission_id=second.pk, said="", by=reviewer)
    assert Lesson.objects.get(pk=draft.pk).title == "First look, mended"
    assert set(Submission.objects.values_list("state", flat=True)) == {State.LIVE}


# --- Changes asked for, and the next round ------------------------------------------------------------


def test_next_round_is_compared_with_what_was_approved(draft, author, reviewer):
    go_through(draft, author=author, reviewer=reviewer)
    approved = Lesson.objects.get(pk=draft.pk).live_revision_id
    lesson = Lesson.objects.get(pk=draft.pk)
    lesson.title = "Second round"
    lesson.save_revision(user=author)
    (sent,) = send(rows=[Lesson.objects.get(pk=draft.pk)], note="", by=author)
    assert sent.base_id == approved
    ask_for_changes(submission_id=sent.pk, because="Too short.", by=reviewer)
    lesson.title = "Third round, longer"
    lesson.save_revision(user=author)
    (again,) = send(rows=[Lesson.objects.get(pk=draft.pk)], note="", by=author)
    assert again.base_id == approved
    decision = Decision.objects.get(act=Act.CHANGES_ASKED)
    assert decision.said == "Too short."
    assert decision.changes == [
        {
            "place": "Title",
            "state": "changed",
            "gone": ["First look, mended"],
            "new": ["Second round"],
            "beside": False,
        }
    ]


# --- Past the reviewer --------------------------------------------------------------------------------


def test_administrators_publish_with_a_reason_that_is_kept(draft, admin, author, client_for):
    with pytest.raises(errors.NotYourStep):
        publishing.publish_unreviewed(row=draft, because="I may not", by=author)
    address = reverse("review_unreviewed", args=["courses.lesson", draft.pk])
    client = client_for(admin)
    assert client.post(address, {"because": ""}).status_code == 422
    client.post(address, {"because": "A dose was wrong."})
    assert Lesson.objects.get(pk=draft.pk).title == "First look, mended"
    decision = Decision.objects.get(act=Act.UNREVIEWED)
    (change,) = decision.changes
    assert (decision.said, decision.by) == ("A dose was wrong.", admin)
    assert (change["gone"], change["new"]) == ([], [", mended"])


def test_small_correction_goes_live_at_once_and_waits_to_be_seen(rewrite, course, author, reviewer, client_for):
    ask_for_review(course)
    lesson = rewrite(Lesson.objects.get(slug="first-look"), "opening", "openning")
    publishing.publish_loaded(revision=lesson.latest_revision)
    lesson = rewrite(Lesson.objects.get(pk=lesson.pk), "openning", "opening")
    client = client_for(author)
    address = reverse("review_correct", args=["courses.lesson", lesson.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"said": "A letter too many."})
    assert "opening" in str(Lesson.objects.get(pk=lesson.pk).body.raw_data[0])
    decision = Decision.objects.get(act=Act.CORRECTED)
    assert (decision.said, decision.seen_at) == ("A letter too many.", None)
    reading = client_for(reviewer)
    assert "A letter too many." in reading.get(reverse("reviews")).content.decode()
    reading.post(reverse("review_correction_seen", args=[decision.pk]))
    decision.refresh_from_db()
    assert decision.seen_by == reviewer
    assert not see_correction(decision_id=decision.pk, by=reviewer)


def test_corrections_that_nobody_saw_add_up(rewrite, course, author, reviewer):
    ask_for_review(course)
    wrong = "Everyone mya raed tihs opennig of the edeg and the rbi of the lugn"
    lesson = rewrite(Lesson.objects.get(slug="first-look"), "Everyone may read this opening.", wrong)
    publishing.publish_loaded(revision=lesson.latest_revision)
    for old, new in (("mya raed", "may read"), ("tihs opennig", "this opening"), ("edeg", "edge")):
        lesson = rewrite(Lesson.objects.get(pk=lesson.pk), old, new)
        publishing.correct(row=lesson, said="Spelling", by=author)
    lesson = rewrite(Lesson.objects.get(pk=lesson.pk), "Everyone", "Everybody here as a reader and a guest")
    with pytest.raises(errors.NotSmall):
        publishing.correct(row=lesson, said="Spelling", by=author)


def test_other_words_are_no_correction(draft, author, client_for):
    address = reverse("review_correct", args=["courses.lesson", draft.pk])
    response = client_for(author).get(address)
    assert response.status_code == 422
    assert "is another word" in response.content.decode()
    with pytest.raises(errors.NotSmall):
        publishing.correct(row=draft, said="Spelling", by=author)
    assert Lesson.objects.get(pk=draft.pk).title == "First look"


# --- Settings, files, guides --------------------------------------------------------------------------


def test_steps_are_set_by_administrators_and_recorded(admin, course, client_for, draft):
    address = reverse("review_steps_change", args=[f"course-{course.pk}"])
    client_for(admin).post(address, {"cme": "on", "because": "A course of ours alone."})
    decision = Decision.objects.get(act=Act.SETTING)
    assert (decision.by, decision.said, decision.scope_title) == (admin, "A course of ours alone.", course.title)
    assert decision.changes == [
        {"place": "Medical review", "state": "changed", "gone": ["on"], "new": ["off"], "beside": False}
    ]
    draft.latest_revision.publish()
    assert Lesson.objects.get(pk=draft.pk).title == "First look, mended"
    scope = Scope("course", course.pk, course.title)
    assert not set_steps(scope=scope, medical=False, cme=True, because="Again", by=admin)


def test_without_the_medical_step_the_office_alone_decides(draft, course, author, office, make_activity):
    make_activity(course)
    ask_for_review(course, medical=False)
    (sent,) = send(rows=[draft], note="", by=author)
    assert sent.state == State.CME
    approve(submission_id=sent.pk, said="", by=office)
    assert acts(draft) == [Act.SENT, Act.LEFT_OUT, Act.APPROVED, Act.WENT_LIVE]


def test_files_of_the_academy_are_recorded_as_its_own(tmp_path, media):
    guide = load_guide(tmp_path)
    decision = Decision.objects.get(act=Act.LOADED)
    assert (decision.title, decision.by, decision.revision_id) == (guide.title, None, guide.live_revision_id)
    assert get_base(guide) == guide.live_revision


@pytest.fixture
def guide_draft(tmp_path, media, author):
    guide = load_guide(tmp_path)
    ask_for_review()
    guide.title = "The edge, mended"
    guide.save_revision(user=author)
    return Guide.objects.get(pk=guide.pk)


def test_approval_signs_a_guide_with_the_name_of_a_physicians_profile(guide_draft, author, reviewer):
    go_through(guide_draft, author=author, reviewer=reviewer)
    guide = Guide.objects.get(pk=guide_draft.pk)
    assert (guide.title, guide.reviewer) == ("The edge, mended", "Rita Reviewer, MD")
    assert guide.reviewed_on is not None


def test_approval_by_another_profession_signs_with_nobodys_name(guide_draft, author):
    physicist = make_reviewer("physicist@example.org", name="Pia Physicist, PhD", profession="physicist")
    go_through(guide_draft, author=author, reviewer=physicist)
    guide = Guide.objects.get(pk=guide_draft.pk)
    assert (guide.title, guide.reviewer, guide.reviewed_on) == ("The edge, mended", "", None)


def test_decisions_stay_where_all_else_goes(draft, author, reviewer):
    go_through(draft, author=author, reviewer=reviewer)
    kept = Decision.objects.get(act=Act.APPROVED)
    reviewer.delete()
    kept.refresh_from_db()
    assert (kept.by, kept.by_name, kept.title) == (None, "Rita Reviewer, MD", "First look, mended")


def test_a_course_waits_approved_for_its_first_lesson(author, reviewer):
    course = Course(title="New", slug="new", summary="New.", description="<p>New.</p>", audience="All", minutes=5)
    course.objectives, course.post_test_questions, course.live = "Read it", 1, False
    course.save()
    course.save_revision(user=author)
    (sent,) = send(rows=[Course.objects.get(pk=course.pk)], note="", by=author)
    deciding.approve(submission_id=sent.pk, said="", by=reviewer)
    sent.refresh_from_db()
    assert sent.state == State.APPROVED
    assert "No lesson of this course is published" in sent.obstacle


def test_learner_is_told_nothing_of_a_draft_in_review(draft, author, client_for):
    (sent,) = send(rows=[draft], note="", by=author)
    client = client_for(make_user("somebody@example.org"))
    assert client.get(reverse("review_page", args=[sent.pk])).status_code == 302
