"""Another address, and access for a colleague: staff begin, and the owner of the address decides."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.mail.services import send_mail
from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from escan.models import AddressProof, SupportRequest
from payments.models import AccessGiving
from tests.escan.support.conftest import read

pytestmark = pytest.mark.django_db

NEW = "ada@hospital.example"


def ask(desk, person, email: str = NEW):
    return desk.post(f"/studio/people/{person.pk}/address/", {"email": email, "because": "She changed hospitals"})


def link_to(address: str) -> str:
    return f"/accounts/answer/{AddressProof.objects.get(address=address).token}/"


def test_new_address_signs_in_once_its_owner_said_yes(desk, learner, client, support, mailoutbox):
    assert f"A link is on its way to {NEW}" in read(desk.get(ask(desk, learner)["Location"]))
    learner.refresh_from_db()
    assert learner.email == "learner@example.org"  # staff's word alone changes nothing
    for mail in Mail.objects.filter(kind="address proof").order_by("pk"):
        assert send_mail(mail_id=mail.pk)
    new, old = mailoutbox
    assert (new.to, old.to) == ([NEW], ["learner@example.org"])
    assert "say whether it is your address" in new.body and "Ada" not in new.body and "hospitals" not in new.body
    path = re.search(r"/accounts/answer/\w+/", new.body).group()
    assert "only if you say so" in read(client.get(path))
    assert client.post(path, {"answer": "yes"})["Location"] == path
    assert f"Sign in with {NEW} from now on" in read(client.get(path))
    learner.refresh_from_db()
    assert learner.email == NEW
    assert list(EmailAddress.objects.filter(user=learner).values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]
    told = Mail.objects.get(kind="notice")
    undo = re.search(r"/accounts/\S+", told.content["text"]).group()
    assert "take the account back within 7 days" in " ".join(told.content["text"].split())
    assert client.get(undo).status_code == 200
    assert told.to == "learner@example.org" and NEW in told.content["text"]
    assert (
        "said yes on" in (page := read(desk.get(f"/studio/people/{learner.pk}/"))) and "She changed hospitals" in page
    )
    assert set(ModelLogEntry.objects.filter(user=support).values_list("action", flat=True)) == {
        "escan.ask_for_address",
        "escan.change_address",
    }
    assert desk.get("/studio/people/", {"q": "learner@example.org"})["Location"].endswith(f"/{learner.pk}/")


def test_session_by_codes_alone_ends_with_the_address_that_proved_it(desk, learner, client_for, client):
    learner.set_unusable_password()
    learner.save()
    signed_in = client_for(learner)
    ask(desk, learner)
    client.post(link_to(NEW), {"answer": "yes"})
    assert signed_in.get("/accounts/profile/").status_code == 302


def test_owner_of_the_old_address_stops_it(desk, learner, client):
    ask(desk, learner)
    old, new = link_to("learner@example.org"), link_to(NEW)
    assert "If it was not, stop it" in read(client.get(old))
    client.post(old, {"answer": "yes"})  # has nothing to agree to
    learner.refresh_from_db()
    assert learner.email == "learner@example.org"
    client.post(old, {"answer": "no"})
    client.post(new, {"answer": "yes"})
    learner.refresh_from_db()
    assert learner.email == "learner@example.org"
    assert "This link is over" in read(client.get(new))


def test_link_that_is_late_given_up_or_unknown_changes_nothing(desk, learner, client):
    ask(desk, learner)
    asked = SupportRequest.objects.get()
    SupportRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client.post(link_to(NEW), {"answer": "yes"})
    assert ask(desk, learner, "other@hospital.example").status_code == 302  # what lapsed makes room
    asked.refresh_from_db()
    assert asked.ended_at
    again = SupportRequest.objects.exclude(pk=asked.pk).get()
    assert "given up" in read(desk.post(f"/studio/people/{learner.pk}/requests/{again.pk}/give-up/", follow=True))
    client.post(link_to("other@hospital.example"), {"answer": "yes"})
    learner.refresh_from_db()
    assert learner.email == "learner@example.org"
    assert client.get("/accounts/answer/nothing/").status_code == 404


def test_mail_that_waits_does_not_go_out_after_it_was_given_up(desk, learner, mailoutbox):
    ask(desk, learner)
    desk.post(f"/studio/people/{learner.pk}/requests/{SupportRequest.objects.get().pk}/give-up/")
    assert [send_mail(mail_id=mail.pk) for mail in Mail.objects.filter(kind="address proof")] == [False, False]
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("learner@example.org", "the address of the account already"),
        ("OTHER@example.org", "Another account uses this address"),
        ("nonsense", "Enter a valid email address"),
    ],
)
def test_address_that_cannot_be_is_refused(desk, learner, other_learner, email, why):
    response = ask(desk, learner, email)
    assert response.status_code == 422 and why in response.content.decode()
    assert not SupportRequest.objects.exists() and not Mail.objects.exists()


def test_staff_are_nobodys_to_move_and_one_request_is_enough(desk, admin, author, learner):
    for person in (admin, author):
        assert "member of the staff" in ask(desk, person).content.decode()
    ask(desk, learner)
    assert "has a request that waits" in ask(desk, learner, "third@example.org").content.decode()
    assert SupportRequest.objects.count() == 1


def test_address_taken_meanwhile_is_refused_at_the_link(desk, learner, client, django_user_model):
    ask(desk, learner)
    django_user_model.objects.create_user(NEW)
    response = client.post(link_to(NEW), {"answer": "yes"})
    assert response.status_code == 409 and "Another account uses this address" in response.content.decode()
    assert AddressProof.objects.get(address=NEW).proven_at is None


# --- A colleague ------------------------------------------------------------------------------------


def give(desk, email: str, key: str = "5b1f1a52-9a0e-4a3e-8a55-5d6ac7b7a001"):
    form = {"text": email, "because": "Faculty", "key": key, "is_mailed": "on", "confirmed": "1"}
    return desk.post("/studio/payments/givings/new/", form)


def test_colleague_without_an_account_gets_one_and_a_mail(desk, mailoutbox, client):
    assert "No account uses this address" in read(desk.get("/studio/people/", {"q": "new@example.org"}))
    assert "new@example.org" in desk.get("/studio/payments/givings/new/?email=new@example.org").content.decode()
    response = give(desk, "New@Example.org")
    person = User.objects.get(email="new@example.org")
    assert response["Location"] == f"/studio/payments/givings/{AccessGiving.objects.get().pk}/"
    assert has_access(person) and not person.has_usable_password()
    assert not EmailAddress.objects.get(user=person).verified
    assert send_mail(mail_id=Mail.objects.get(kind="access given").pk)
    assert mailoutbox[0].to == ["new@example.org"] and "a code is mailed to you" in " ".join(mailoutbox[0].body.split())
    client.post("/accounts/login/", {"login": "new@example.org"})
    assert len(mailoutbox) == 2 and "code" in mailoutbox[1].subject.lower()


def test_colleague_with_an_account_is_given_access_once(desk, learner):
    give(desk, "learner@example.org")
    give(desk, "learner@example.org")
    assert AccessGrant.objects.filter(user=learner).count() == Mail.objects.filter(kind="access given").count() == 1
    assert User.objects.filter(email="learner@example.org").count() == 1


def test_closed_account_is_not_opened_by_the_way(desk, learner):
    User.objects.filter(pk=learner.pk).update(is_active=False)
    form = {"text": "learner@example.org", "because": "Faculty", "key": "5b1f1a52-9a0e-4a3e-8a55-5d6ac7b7a001"}
    assert "Staff closed it" in read(desk.post("/studio/payments/givings/new/", form))
    give(desk, "learner@example.org")
    assert not AccessGrant.objects.exists()
