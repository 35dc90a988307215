"""Two accounts of one person become one: both owners agree, nothing is lost, and nothing counts twice."""

import uuid
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.leaving import relations_to_user
from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from accounts.services import grant_access
from cme.certificates.services import issue_certificate
from cme.ledger.queries import sum_credits
from cme.models import Certificate, Claim
from courses.models import (
    Attempt,
    CheckAnswer,
    Completion,
    Enrolment,
    Lesson,
    LessonProgress,
    Note,
    Question,
    RecallCard,
    Video,
    WatchClock,
    WatchedTime,
)
from escan.models import AddressProof, SupportRequest
from payments.models import CheckoutSession, Customer, Gift
from tests.cme.conftest import claim_as, complete
from tests.conftest import make_user
from tests.course_fixtures import start
from tests.escan.people import make_checkout, make_purchase
from tests.escan.support.conftest import read

pytestmark = pytest.mark.django_db

# What may still name the closed account, each with its reason.
STAYS = {
    "wagtailcore.ModelLogEntry": "who did what: the number of the account, no name",
    "escan.SupportRequest": "the record of the merge itself",
    "courses.Completion": "the other of two completions of one course",
    "courses.Attempt": "that completion stands on it",
    "cme.Claim": "a second claim for one activity, whose certificate was withdrawn",
}


@pytest.fixture
def second(db) -> User:
    """The same person, who signed up again."""
    return make_user("second@example.org", name="R. Marín", profession="physician", time_zone="America/New_York")


def ask(desk, user, other):
    path = f"/studio/people/{user.pk}/merge/?email={other.email}"
    return desk.post(path, {"because": "Signed up twice"})


def say_yes(client, *people) -> None:
    for person in people:
        link = AddressProof.objects.get(address=person.email, request__kind="merge").token
        assert client.post(f"/accounts/answer/{link}/", {"answer": "yes"}).status_code == 303


def earned_by(user) -> list[str]:
    claims = Claim.objects.filter(user=user).select_related("credit_type", "activity")
    return [str(each.credits) for each in sum_credits(claims)]


def merge(desk, client, user, other) -> None:
    assert ask(desk, user, other).status_code == 302
    say_yes(client, user, other)
    user.refresh_from_db()


def test_nothing_happens_before_both_said_yes(desk, client, learner, second):
    grant_access(user=second, source="staff", reference="1")
    assert "choose which" in read(desk.get(f"/studio/people/{learner.pk}/merge/")).lower()
    told = read(desk.get(f"/studio/people/{learner.pk}/merge/?email=second@example.org"))
    assert "second@example.org becomes part of learner@example.org" in told and "cannot be undone" in told
    assert "Links are on their way" in read(desk.get(ask(desk, learner, second)["Location"]))
    assert sorted(Mail.objects.filter(kind="address proof").values_list("to", flat=True)) == [
        learner.email,
        second.email,
    ]
    say_yes(client, second)
    assert not has_access(User.objects.get(pk=learner.pk)) and User.objects.get(pk=second.pk).is_active
    token = AddressProof.objects.get(address=second.email).token
    assert "You said yes" in read(client.get(f"/accounts/answer/{token}/"))
    say_yes(client, learner)
    assert has_access(User.objects.get(pk=learner.pk))
    assert not User.objects.filter(pk=second.pk).exists()  # nothing stood on the row
    assert "The two accounts are one" in read(client.get(f"/accounts/answer/{token}/"))
    notices = Mail.objects.filter(kind="notice")
    assert sorted(notices.values_list("to", flat=True)) == ["learner@example.org", "second@example.org"]


def test_link_tells_nobody_what_stands_in_the_other_account(
    desk, client, learner_with_access, second, course, make_activity, django_assert_num_queries
):
    """Whoever opens a link may not be the one whose the other account is: staff may have mistaken the address."""
    learner = learner_with_access
    make_activity(course=course)
    ask(desk, learner, second)
    links = [f"/accounts/answer/{token}/" for token in AddressProof.objects.values_list("token", flat=True)]
    with CaptureQueriesContext(connection) as before:
        bare = [read(client.get(link)) for link in links]
    grant_access(user=second, source="purchase", reference="2")
    make_checkout(second, "cs_2")
    for person in (learner, second):
        claim_as(complete(person, course).user, course)
    lesson = Lesson.objects.filter(live=True).first()
    LessonProgress.objects.create(user=second, lesson=lesson, revision=lesson.live_revision)
    Note.objects.create(user=second, lesson=lesson, kind="note", block="1", text="Mine")
    with django_assert_num_queries(len(before)):
        assert [read(client.get(link)) for link in links] == bare
    for page in bare:
        assert "The account of second@example.org is closed" in page and "This cannot be undone." in page
        assert "Credit for one activity counts once." in page
    told = read(desk.get(f"/studio/people/{learner.pk}/merge/?email={second.email}"))
    assert "1 note" in told and course.title in told


def test_staff_see_it_afterwards_and_find_the_person_by_the_old_address(desk, client, learner, second, support):
    number = second.pk
    merge(desk, client, learner, second)
    page = read(desk.get(desk.get("/studio/people/", {"q": "second@example.org"})["Location"]))
    assert "Two accounts become one · done on" in page and "Another account taken in, as both owners said" in page
    entry = ModelLogEntry.objects.get(action="escan.merge_accounts")
    assert (entry.user, entry.object_id, entry.data) == (
        support,
        str(learner.pk),
        {"reason": "Signed up twice", "of": number},
    )
    assert SupportRequest.objects.get().outcome["from"] == "second@example.org"


def test_one_no_stops_it(desk, client, learner, second):
    ask(desk, learner, second)
    token = AddressProof.objects.get(address=learner.email).token
    client.post(f"/accounts/answer/{token}/", {"answer": "no"})
    say_yes(client, second, learner)
    assert User.objects.filter(pk=second.pk, is_active=True).exists()


def test_who_cannot_be_merged(desk, learner, second, author):
    Authenticator.objects.create(user=second, type="totp", data={})
    assert "has a second factor" in ask(desk, learner, second).content.decode()
    assert "member of the staff" in ask(desk, learner, author).content.decode()
    assert "the same account" in ask(desk, learner, learner).content.decode()
    assert "Nobody signs in with this address" in read_all(
        desk.get(f"/studio/people/{learner.pk}/merge/?email=no@no.org")
    )
    assert not SupportRequest.objects.exists()


def read_all(response) -> str:
    return response.content.decode()


def test_second_factor_of_later_holds_it_back(desk, client, learner, second):
    ask(desk, learner, second)
    say_yes(client, second)
    Authenticator.objects.create(user=second, type="totp", data={})
    token = AddressProof.objects.get(address=learner.email).token
    response = client.post(f"/accounts/answer/{token}/", {"answer": "yes"})
    assert response.status_code == 409 and User.objects.filter(pk=second.pk, is_active=True).exists()


def test_closed_account_is_signed_out_and_its_address_is_free(desk, client, client_for, learner, second, make_activity):
    course = make_activity().course
    complete(learner, course)
    complete(second, course)
    signed_in = client_for(second)
    merge(desk, client, learner, second)
    second.refresh_from_db()
    assert second.deleted_at and not second.is_active and second.email.endswith("@deleted.invalid")
    assert signed_in.get("/accounts/profile/").status_code == 302
    User.objects.create_user("second@example.org")


# --- Learning ---------------------------------------------------------------------------------------


def test_watched_seconds_are_united_and_each_counts_once(desk, client, learner, second):
    both, alone = Video.objects.create(title="Both", seconds=16), Video.objects.create(title="Alone", seconds=8)
    now = timezone.now()
    WatchedTime.objects.create(user=learner, video=both, bits=b"\x0f\x00", watched=4, position=4, updated_at=now)
    WatchedTime.objects.create(
        user=second, video=both, bits=b"\xf8\x01", watched=6, position=9, updated_at=now + timedelta(hours=1)
    )
    WatchedTime.objects.create(user=second, video=alone, bits=b"\x03", watched=2)
    WatchClock.objects.create(user=learner, spent_until=now, version=3)
    WatchClock.objects.create(user=second, spent_until=now + timedelta(minutes=5), version=9)
    merge(desk, client, learner, second)
    one, other = (WatchedTime.objects.get(user=learner, video=video) for video in (both, alone))
    assert (bytes(one.bits), one.watched, one.position) == (b"\xff\x01", 9, 9)
    assert (bytes(other.bits), other.watched) == (b"\x03", 2)
    clock = WatchClock.objects.get()
    assert (clock.user, clock.version, clock.spent_until) == (learner, 4, now + timedelta(minutes=5))


def test_lessons_notes_checks_and_cards_of_either_are_there_once(desk, client, learner, second, course):
    first, other = Lesson.objects.filter(module__course=course, live=True).order_by("pk")[:2]
    now = timezone.now()
    early, late = now - timedelta(days=3), now - timedelta(days=1)
    row = {"revision": first.live_revision, "started_at": late}
    LessonProgress.objects.create(user=learner, lesson=first, **row)
    LessonProgress.objects.create(user=second, lesson=first, **{**row, "started_at": early}, completed_at=early)
    LessonProgress.objects.create(user=second, lesson=other, revision=other.live_revision, completed_at=late)
    Enrolment.objects.create(user=learner, course=course, last_seen_at=early, last_lesson=first)
    Enrolment.objects.create(
        user=second, course=course, last_seen_at=late, last_lesson=other, lessons_completed_at=late
    )
    key = uuid.uuid4()
    Note.objects.create(user=learner, lesson=first, kind="note", block="1", text="Mine", key=key)
    Note.objects.create(user=second, lesson=first, kind="note", block="1", text="Theirs", key=key)
    for person in (learner, second):
        Note.objects.create(user=person, lesson=first, kind="bookmark", block="1")
    question = Question.objects.filter(course=course).first()
    frozen = {"question": question, "revision": question.live_revision, "content": {}, "answer": 0}
    CheckAnswer.objects.create(user=learner, **frozen, is_right=False, times=2, answered_at=early)
    CheckAnswer.objects.create(user=second, **frozen, is_right=True, times=1, answered_at=late)
    card = {"question": question, "stability": 1, "difficulty": 5, "rating": 3, "due_on": date(2026, 12, 24)}
    RecallCard.objects.create(user=learner, **card, rated_on=date(2026, 11, 1))
    RecallCard.objects.create(user=second, **{**card, "stability": 9}, rated_on=date(2026, 11, 2))
    merge(desk, client, learner, second)
    read_first = LessonProgress.objects.get(user=learner, lesson=first)
    assert (read_first.started_at, read_first.completed_at) == (early, early)
    assert LessonProgress.objects.filter(user=learner, completed_at__isnull=False).count() == 2
    enrolment = Enrolment.objects.get()
    assert (enrolment.user, enrolment.last_lesson, enrolment.lessons_completed_at) == (learner, other, late)
    assert sorted(Note.objects.filter(user=learner).values_list("kind", "text")) == [
        ("bookmark", ""),
        ("note", "Mine"),
        ("note", "Theirs"),
    ]
    check = CheckAnswer.objects.get()
    assert (check.user, check.is_right, check.times) == (learner, True, 3)
    assert (RecallCard.objects.get().user, RecallCard.objects.get().stability) == (learner, 9)


def test_attempts_go_over_and_one_of_two_open_ones_goes(desk, client, learner, second, course):
    for person in (learner, second):
        grant_access(user=person, source="staff", reference=person.email)
    mine, theirs = start(learner, course), start(second, course)
    handed_in = Attempt.objects.create(
        user=second, course=course, passing_score=75, score=50, submitted_at=timezone.now()
    )
    merge(desk, client, learner, second)
    assert set(Attempt.objects.values_list("pk", "user")) == {(mine.pk, learner.pk), (handed_in.pk, learner.pk)}
    assert not Attempt.objects.filter(pk=theirs.pk).exists()


# --- Credit -----------------------------------------------------------------------------------------


def test_credit_of_another_course_goes_over_with_its_certificate(
    desk, client, learner_with_access, second, make_activity, make_course
):
    grant_access(user=second, source="staff", reference="2")
    one, two = (make_activity(course=make_course(slug=slug)).course for slug in ("one", "two"))
    for person, course in ((learner_with_access, one), (second, two)):
        complete(person, course)
        issue_certificate(certificate_id=Certificate.objects.get(claim=claim_as(person, course)).pk)
    number = second.pk
    merge(desk, client, learner_with_access, second)
    assert earned_by(learner_with_access) == ["2.50"]
    assert Certificate.objects.issued().filter(claim__user=learner_with_access).count() == 2
    assert Completion.objects.filter(user=learner_with_access).count() == 2
    assert not User.objects.filter(pk=number).exists()


def test_credit_for_one_activity_is_never_summed(desk, client, learner_with_access, second, make_activity):
    grant_access(user=second, source="staff", reference="2")
    course = make_activity().course
    mine, theirs = (claim_as(complete(person, course).user, course) for person in (learner_with_access, second))
    issue_certificate(certificate_id=theirs.certificates.get().pk)
    told = read(desk.get(f"/studio/people/{learner_with_access.pk}/merge/?email={second.email}"))
    assert "It counts once: the claim of paid@example.org stands" in told
    merge(desk, client, learner_with_access, second)
    assert earned_by(learner_with_access) == ["1.25"]
    assert Claim.objects.get(user=learner_with_access) == mine
    theirs.refresh_from_db()
    ended = theirs.certificates.get()
    assert theirs.user.deleted_at and ended.is_withdrawn and "another account" in ended.withdrawn_because
    assert "withdrawn" in read(client.get(f"/verify/{ended.printed_code}/")).lower()
    issue_certificate(certificate_id=mine.certificates.get().pk)
    assert mine.certificates.get().is_issued
    notice = Mail.objects.filter(kind="notice", to="second@example.org").latest("pk")
    assert "a certificate was withdrawn" in notice.content["text"]


def test_second_certificate_that_waits_to_be_made_never_is(desk, client, learner_with_access, second, make_activity):
    grant_access(user=second, source="staff", reference="2")
    course = make_activity().course
    for person in (learner_with_access, second):
        claim_as(complete(person, course).user, course)
    waits = Certificate.objects.get(claim__user=second)
    merge(desk, client, learner_with_access, second)
    issue_certificate(certificate_id=waits.pk)
    waits.refresh_from_db()
    assert waits.is_withdrawn and not waits.file


@pytest.mark.parametrize("is_mine_later", [True, False])
def test_completion_that_credit_stands_on_stays_whichever_was_later(
    desk, client, learner_with_access, second, make_activity, is_mine_later, today
):
    """`second` claimed; the account that stays completed, too, and did not."""
    grant_access(user=second, source="staff", reference="2")
    course = make_activity().course
    mine = complete(learner_with_access, course, today if is_mine_later else today - timedelta(days=9))
    theirs = complete(second, course, today - timedelta(days=3))
    claim = claim_as(second, course)
    merge(desk, client, learner_with_access, second)
    claim.refresh_from_db()
    assert (claim.user, claim.completion_id) == (learner_with_access, theirs.pk)
    assert Completion.objects.get(user=learner_with_access).pk == theirs.pk
    assert Attempt.objects.get(pk=theirs.attempt_id).user == learner_with_access
    kept = Completion.objects.get(user=second)  # the fact stays, at the closed account
    assert (kept.completed_at, kept.attempt_id) == (mine.completed_at, mine.attempt_id)


def test_later_of_two_completions_without_claim_stands(desk, client, learner, second, make_activity, today):
    course = make_activity().course
    complete(learner, course, today - timedelta(days=60))  # before it was released
    theirs = complete(second, course, today - timedelta(days=1))
    merge(desk, client, learner, second)
    assert Completion.objects.get(user=learner).pk == theirs.pk


# --- Money and mail ---------------------------------------------------------------------------------


def test_money_access_gifts_and_mails_are_the_one_accounts(desk, client, learner, second, other_learner):
    mine, theirs = make_purchase(learner, "cs_mine"), make_purchase(second, "cs_theirs")
    for purchase, person in ((mine, learner), (theirs, second)):
        grant_access(user=person, source="purchase", reference=str(purchase.session))
    make_checkout(learner, "cs_open_mine", status="open", payment_status="unpaid")
    make_checkout(second, "cs_open_theirs", status="open", payment_status="unpaid")
    Customer.objects.create(user=learner, stripe_id="cus_mine")
    Customer.objects.create(user=second, stripe_id="cus_theirs")
    waiting = Gift.objects.create(
        session=make_purchase(other_learner, "cs_gift", is_gift=True).session, recipient=second.email
    )
    receipt = Mail.objects.create(user=second, kind="receipt", reference=str(theirs.pk), to=second.email)
    assert "Both have paid" in read(desk.get(f"/studio/people/{learner.pk}/merge/?email=second@example.org"))
    merge(desk, client, learner, second)
    assert set(CheckoutSession.objects.filter(user=learner).values_list("stripe_id", "status")) == {
        ("cs_mine", "complete"),
        ("cs_theirs", "complete"),
        ("cs_open_mine", "open"),
        ("cs_open_theirs", "expired"),
    }
    assert AccessGrant.objects.active().filter(user=learner).count() == 2
    assert list(Customer.objects.values_list("stripe_id", flat=True)) == ["cus_mine"]
    waiting.refresh_from_db()
    receipt.refresh_from_db()
    assert waiting.recipient == learner.email and receipt.user == learner


def test_full_life_leaves_nothing_at_the_closed_account_but_what_the_list_says(desk, client, busy, learner):
    number = busy.pk
    # As many as were missed, and the one of the check: the tests are drawn, and may or may not have asked it.
    cards = RecallCard.objects.filter(user=busy).count()
    assert cards
    Authenticator.objects.all().delete()
    merge(desk, client, learner, busy)
    left = {
        relation.related_model._meta.label
        for relation in relations_to_user()
        if relation.related_model._base_manager.filter(**{f"{relation.field.name}_id": number}).exists()
    }
    assert left <= set(STAYS)
    for label, count in [
        ("courses.Completion", 1),
        ("cme.Claim", 1),
        ("payments.CheckoutSession", 2),
        ("payments.Gift", 1),
        ("courses.Note", 2),
        ("courses.RecallCard", cards),
        ("escan.ContactMessage", 2),
        ("courses.WatchedTime", 1),
    ]:
        field = "accepted_by" if label == "payments.Gift" else "user"
        assert apps.get_model(label)._base_manager.filter(**{field: learner}).count() == count, label
