"""Who leaves: what goes, what stays and why, and that nothing else is left of them."""

import json

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import CASCADE
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from accounts import queries
from accounts.leaving import relations_to_user
from accounts.mail import services as mails
from accounts.mail.services import queue_mail, send_mail
from accounts.models import AccessGrant, Mail, User
from cme.certificates.services import issue_certificate, retry_certificate
from cme.models import Certificate, CertificateStatus, Claim
from courses.models import Attempt, Completion, Note
from escan.leaving import CannotLeave, delete_person
from escan.models import ContactMessage
from escan.services import TO_STAFF
from escan.tasks import forget_what_is_over
from payments.models import CheckoutSession, Gift, Purchase, Refund
from tests.cme.conftest import claim_as
from tests.cme.conftest import make_activity as make_activity
from tests.cme.conftest import make_course as make_course
from tests.cme.conftest import today as today
from tests.course_fixtures import hand_in
from tests.escan.people import live_fully, make_checkout, make_purchase, prove

pytestmark = pytest.mark.django_db

DELETE = "/accounts/delete/"

# What may still refer to a person who left: each with its reason.
STAYS = {
    "courses.Completion": "participation, kept six years, without a name",
    "courses.Attempt": "a completion stands on it",
    "cme.Claim": "the record of credit, kept six years",
    "wagtailcore.ModelLogEntry": "who did what: the number of the account, no name",
}


@pytest.fixture
def full_life(learner_with_access, other_learner, course, make_activity, media) -> User:
    make_activity(course=course)
    live_fully(learner_with_access, other_learner, course, course)
    claim = claim_as(learner_with_access, course)
    issue_certificate(certificate_id=claim.certificate.pk)
    Certificate.objects.get().refresh_from_db()
    log(learner_with_access, "wagtail.edit", user=other_learner)
    return learner_with_access


def find_everywhere(text: str) -> set[str]:
    """In which columns of the whole database a text stands, plain or as JSON writes it."""
    spellings = {text.lower(), json.dumps(text)[1:-1].lower()}
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.local_concrete_fields:
                cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')
                stored = "\n".join(str(value).lower() for (value,) in cursor.fetchall())
                if any(spelling in stored for spelling in spellings):
                    found.add(f"{model._meta.label}.{field.name}")
    return found


# --- What goes and what stays -------------------------------------------------------------------------


def test_everything_of_a_full_life_goes_or_is_on_the_list(full_life):
    pk = full_life.pk
    assert delete_person(user_id=pk)

    left = {
        relation.related_model._meta.label
        for relation in relations_to_user()
        if relation.related_model._base_manager.filter(**{relation.field.name: pk}).exists()
    }
    assert left == set(STAYS)
    user = User.objects.get(pk=pk)
    assert (user.name, user.profession, user.time_zone, user.last_login) == ("", "", "", None)
    assert (user.is_active, user.has_usable_password(), str(user)) == (False, False, "Deleted account")
    assert user.email.endswith("@deleted.invalid")
    assert user.deleted_at is not None
    assert not queries.has_access(user)
    assert [attempt.is_passed for attempt in Attempt.objects.all()] == [True]
    assert Completion.objects.count() == Claim.objects.count() == 1
    assert not Note.objects.exists()


def test_no_trace_of_address_and_name_is_left_but_where_the_list_says(full_life):
    address, name = full_life.email, full_life.name
    assert find_everywhere(address) >= {"accounts.User.email", "account.EmailAddress.email", "payments.Gift.recipient"}
    delete_person(user_id=full_life.pk)

    assert find_everywhere(address) == {
        "accounts.Mail.to",  # the mail that confirms
        "escan.ContactMessage.email",  # the grievance
    }
    assert find_everywhere(name) == {
        "cme.Certificate.fields",  # as it is printed
        "escan.ContactMessage.name",  # the grievance
    }
    assert list(ContactMessage.objects.values_list("topic", "user")) == [("grievance", None)]
    assert Mail.objects.values_list("kind", "to", "user").get() == ("notice", address, None)


def test_money_stays_in_the_books_and_says_no_longer_whose(full_life, other_learner):
    before = list(Purchase.objects.order_by("pk").values())
    delete_person(user_id=full_life.pk)

    assert list(Purchase.objects.order_by("pk").values()) == before
    assert Refund.objects.count() == 1
    assert list(CheckoutSession.objects.order_by("pk").values_list("stripe_id", "user")) == [
        ("cs_bought", None),
        ("cs_given", None),
        ("cs_got", other_learner.pk),
    ]
    given, got = Gift.objects.order_by("pk")
    # One that waits is its recipient's; one that is settled needs no address.
    assert (given.recipient, given.message) == ("friend@example.org", "For you, from me")
    assert (got.recipient, got.message, got.accepted_by) == ("deleted-account@academy.invalid", "", None)


def test_nothing_of_others_goes(full_life, other_learner, course):
    hand_in(other_learner, course, right=4)
    queue_mail(kind="receipt", reference="other", to=other_learner.email, user=other_learner)
    before = User.objects.filter(pk=other_learner.pk).values().get()
    grants = AccessGrant.objects.filter(user=other_learner).count()
    delete_person(user_id=full_life.pk)

    assert User.objects.filter(pk=other_learner.pk).values().get() == before
    assert AccessGrant.objects.filter(user=other_learner).count() == grants
    assert other_learner.attempts.count() == other_learner.completions.count() == 1
    assert other_learner.mails.count() == 1


def test_account_that_nothing_stands_on_is_really_deleted(learner, course):
    lesson = course.modules.first().lessons.first()
    start_of_it = Note.objects.create(user=learner, lesson=lesson, kind="note", text="Mine.")
    pk = learner.pk
    assert delete_person(user_id=pk)

    assert not User.objects.filter(pk=pk).exists()
    assert not Note.objects.filter(pk=start_of_it.pk).exists()
    entry = ModelLogEntry.objects.get(action="accounts.delete_account")
    assert (entry.object_id, entry.label, entry.data, entry.user_id) == (
        str(pk),
        "Deleted account",
        {"is_row_kept": False},
        None,
    )
    assert not delete_person(user_id=pk)


def test_deleting_twice_does_nothing_more(full_life):
    assert delete_person(user_id=full_life.pk)
    before = User.objects.filter(pk=full_life.pk).values().get()

    assert not delete_person(user_id=full_life.pk)
    assert User.objects.filter(pk=full_life.pk).values().get() == before
    assert Mail.objects.count() == 1


def test_certificate_stays_verifiable(full_life, client):
    code = Certificate.objects.get().printed_code
    delete_person(user_id=full_life.pk)

    assert "Rosa Marín, MD" in client.get(f"/verify/{code}/").content.decode()


def test_same_address_makes_a_new_account(full_life, client):
    delete_person(user_id=full_life.pk)
    client.post("/accounts/signup/", {"email": "paid@example.org", "password1": ""})

    new = User.objects.get(email="paid@example.org")
    assert new.pk != full_life.pk
    assert not queries.has_access(new)
    assert new.claims.count() == new.completions.count() == 0


def test_database_refuses_a_deleted_account_with_a_name_or_a_way_in(learner):
    for changes in ({"is_active": True, "name": ""}, {"is_active": False, "name": "Ada"}):
        with pytest.raises(IntegrityError, match="deleted_account_is_closed"), transaction.atomic():
            User.objects.filter(pk=learner.pk).update(deleted_at=timezone.now(), **changes)


def test_cascades_that_stay_are_on_the_list():
    """A model that is added later goes with the account by itself; one that shall stay has to be named."""
    cascades = {r.related_model._meta.label for r in relations_to_user() if r.on_delete is CASCADE}
    assert cascades & set(STAYS) == {"courses.Attempt"}


# --- Who cannot, for now ------------------------------------------------------------------------------


def refusal(user: User) -> str:
    before = User.objects.filter(pk=user.pk).values().get()
    with pytest.raises(CannotLeave) as raised:
        delete_person(user_id=user.pk)
    assert User.objects.filter(pk=user.pk).values().get() == before
    assert not Mail.objects.exists()
    return str(raised.value)


def test_staff_are_refused(author, admin, learner):
    learner.groups.add(Group.objects.get(name="Authors"))
    for person in (author, admin, learner):
        assert refusal(person).startswith("You are a member of the staff.")


@pytest.mark.parametrize("status", ["ordered", "pending", "requires_action"])
def test_refused_while_money_is_on_its_way_back(learner, status):
    Refund.objects.create(
        purchase=make_purchase(learner, "cs_1"), stripe_id="re_1", amount=1, currency="usd", status=status,
        created_at=timezone.now(),
    )  # fmt: skip
    assert refusal(learner).startswith("Money is on its way back to you.")


def test_refused_while_a_payment_is_on_its_way(learner):
    make_checkout(learner, "cs_1", payment_status="unpaid")
    assert refusal(learner).startswith("A payment of yours is on its way.")


def test_refused_while_the_bank_decides(learner):
    purchase = make_purchase(learner, "cs_1")
    dispute = purchase.disputes.create(
        stripe_id="dp_1", amount=1, currency="usd", status="needs_response", reason="x", created_at=timezone.now()
    )
    assert refusal(learner).startswith("Your bank has asked for your money back.")
    dispute.status = "lost"
    dispute.save()
    assert delete_person(user_id=learner.pk)


# --- What is under way meanwhile ----------------------------------------------------------------------


def test_mail_and_certificate_in_the_queue(learner_with_access, course, make_activity, media):
    make_activity(course=course)
    hand_in(learner_with_access, course, right=4)
    claim = claim_as(learner_with_access, course)
    waiting = queue_mail(kind="receipt", reference="1", to=learner_with_access.email, user=learner_with_access)
    delete_person(user_id=learner_with_access.pk)
    mail.outbox.clear()

    assert send_mail(mail_id=waiting.pk) is False
    issue_certificate(certificate_id=claim.certificate.pk)
    certificate = Certificate.objects.get()
    assert (certificate.status, certificate.fields["name"]) == (CertificateStatus.ISSUED, "Rosa Marín, MD")
    assert not Mail.objects.filter(kind="certificate").exists()
    assert mail.outbox == []


def test_held_certificate_keeps_its_name(learner_with_access, course, make_activity, media, admin):
    make_activity(course=course)
    hand_in(learner_with_access, course, right=4)
    claim = claim_as(learner_with_access, course)
    Certificate.objects.update(status="held", problem="A letter")
    delete_person(user_id=learner_with_access.pk)

    assert retry_certificate(certificate_id=claim.certificate.pk, by=admin)
    assert Certificate.objects.get().fields["name"] == "Rosa Marín, MD"


def test_message_to_staff_that_waits_goes_with_its_row(learner):
    row = ContactMessage.objects.create(user=learner, topic="question", name="Ada", email=learner.email, message="Hi")
    waiting = queue_mail(kind=TO_STAFF, reference=str(row.pk), to="staff@example.org")
    delete_person(user_id=learner.pk)

    assert not Mail.objects.filter(pk=waiting.pk).exists()
    assert not ContactMessage.objects.exists()


def test_confirmation_goes_to_the_old_address(learner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        delete_person(user_id=learner.pk)

    [message] = mail.outbox
    assert (message.to, message.subject) == (["learner@example.org"], "Your account is deleted")
    assert "Nobody can sign in to it" in message.body
    assert "record of your credit" not in message.body
    Mail.objects.update(created_at=timezone.now() - mails.KEPT * 1.1)
    mails.forget_old_mails()
    assert find_everywhere("learner@example.org") == set()


# --- The page -----------------------------------------------------------------------------------------


def test_page_tells_what_is_lost_before_it_asks(client_for, full_life, course, other_learner):
    hand_in(other_learner, course, right=4)
    page = client_for(full_life).get(DELETE).content.decode()
    assert "Your claims and certificates, with your name as it is printed" in page
    assert "Your gift waits for friend@example.org." in page
    assert "Download all my data" in page
    page = client_for(other_learner).get(DELETE).content.decode()
    assert "You completed Chest film and have not claimed its credit." in page
    assert "You have claimed none." in page


def test_deletion_wants_proof_and_the_address(client_for, learner):
    browser, elsewhere = client_for(learner), client_for(learner)
    right = {"email": " Learner@Example.org "}
    response = browser.post(DELETE, right)
    assert (response.status_code, response["Location"]) == (302, DELETE)
    prove(browser, learner)
    for wrong in ({}, {"email": "other@example.org"}, {"email": "learner"}):
        response = browser.post(DELETE, wrong)
        assert response.status_code == 200
        assert 'aria-invalid="true"' in response.content.decode()
    assert User.objects.filter(pk=learner.pk, deleted_at=None).exists()

    response = browser.post(DELETE, right)
    assert (response.status_code, response["Location"]) == (302, "/accounts/deleted/")
    assert not User.objects.filter(pk=learner.pk).exists()
    assert "Your account is deleted" in browser.get("/accounts/deleted/").content.decode()
    for each in (browser, elsewhere):
        assert each.get("/accounts/profile/").status_code == 302


def test_sessions_end_at_once_and_go_the_next_night(client_for, full_life, other_learner):
    elsewhere, others = client_for(full_life), client_for(other_learner)
    others.get("/learn/")
    delete_person(user_id=full_life.pk)

    assert elsewhere.get("/learn/").status_code == 302
    client_for(other_learner)
    forget_what_is_over()
    people = {session.get_decoded().get("_auth_user_id") for session in Session.objects.all()}
    assert people == {str(other_learner.pk)}


def test_what_a_late_request_wrote_goes_the_next_night(full_life, course):
    late = User.objects.get(pk=full_life.pk)
    delete_person(user_id=full_life.pk)
    lesson = course.modules.first().lessons.first()
    Note.objects.create(user=late, lesson=lesson, kind="note", text="A private thought")
    completions = Completion.objects.filter(user=late).count()

    forget_what_is_over()

    assert not Note.objects.filter(user=late).exists()
    assert Completion.objects.filter(user=late).count() == completions == 1


def test_page_of_somebody_who_cannot_leave_offers_no_button(client_for, author):
    browser = client_for(author)
    prove(browser, author)
    page = browser.get(DELETE).content.decode()
    assert "It cannot be deleted just now." in page
    assert "Delete my account for good" not in page
    assert browser.post(DELETE, {"email": "author@example.org"}).status_code == 409
    assert User.objects.filter(pk=author.pk, is_active=True).exists()


def test_page_makes_the_same_queries_for_one_and_for_many(
    client_for, full_life, learner, django_assert_max_num_queries
):
    for user in (learner, full_life):
        browser = client_for(user)
        with django_assert_max_num_queries(16):
            browser.get(DELETE)


# --- Operators ----------------------------------------------------------------------------------------


def test_command_deletes_by_address_and_by_number(
    learner, other_learner, admin, caplog, django_capture_on_commit_callbacks
):
    with pytest.raises(CommandError, match=r"There is no account nobody@example\.org\. Nothing was deleted\."):
        call_command("delete_account", learner.email, "nobody@example.org")
    assert User.objects.count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        call_command("delete_account", "Learner@example.org", str(other_learner.pk), "--without-mail")

    assert list(User.objects.all()) == [admin]
    assert not Mail.objects.exists()
    assert f"Account {other_learner.pk} is deleted" in caplog.text
    with pytest.raises(CommandError, match="stays: You are a member of the staff"):
        call_command("delete_account", admin.email)
