"""Which mails a person gets: every kind is named, optional ones can be turned off, and are then really not sent."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.mail import queries, services
from accounts.mail.errors import NotDue
from accounts.mail.kinds import KINDS, NecessaryMail, OptionalMail, get_necessary, get_optional
from accounts.mail.services import offer_mail, queue_mail, send_mail
from accounts.mail.unsubscribing import SIGNER, unsubscribe_url
from accounts.models import Mail, MailPreference

pytestmark = pytest.mark.django_db

KIND = "news-of-tests"
ONE_CLICK = "List-Unsubscribe=One-Click"


class Composed:
    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        return EmailMultiAlternatives("News", "Words", to=[mail.to])


class NewsOfTests(Composed, OptionalMail):
    name = KIND
    title = gettext_lazy("News of tests")
    description = gettext_lazy("Now and then.")
    order = 1000
    is_on_at_first = True


class NecessaryNews(Composed, NecessaryMail):
    name = KIND


@pytest.fixture(autouse=True)
def kind(monkeypatch) -> None:
    monkeypatch.setitem(KINDS, KIND, NewsOfTests())


@pytest.fixture
def waiting(learner) -> Mail:
    return queue_mail(kind=KIND, reference="1", to=learner.email, user=learner)


def address_of(user, kind: str = KIND) -> str:
    return unsubscribe_url(user, kind).removeprefix("http://testserver")


def chosen() -> list[tuple[str, str, bool]]:
    return list(MailPreference.objects.values_list("user__email", "kind", "is_wanted"))


# --- The page ------------------------------------------------------------------------------------------


def test_page_names_every_kind_with_its_reason(client_for, learner):
    html = client_for(learner).get("/accounts/mails/").content.decode()

    for entry in get_necessary():
        assert str(entry.title) in html
        assert str(entry.reason) in html
    assert re.findall(r'<input type="checkbox" name="([\w-]+)"', html) == ["unclaimed-credit", "review-due", KIND]


def test_page_makes_the_same_queries_for_any_choice(client_for, learner, django_assert_num_queries):
    browser = client_for(learner)
    with django_assert_num_queries(4):
        browser.get("/accounts/mails/")
    for kind in get_optional():
        services.choose_mail(user=learner, kind=kind.name, is_wanted=False)
    with django_assert_num_queries(4):
        browser.get("/accounts/mails/")


ALL_ON = {"unclaimed-credit": "on", "review-due": "on"}


def test_switches_are_stored_for_their_owner_alone(client_for, learner, other_learner):
    response = client_for(learner).post(
        "/accounts/mails/", {"unclaimed-credit": "on", "review-due": "on", "user": other_learner.pk}
    )

    assert (response.status_code, response["Location"]) == (302, "/accounts/mails/")
    assert chosen() == [("learner@example.org", KIND, False)]
    assert queries.get_wanted(learner) == {"review-due": True, "unclaimed-credit": True, KIND: False}
    assert queries.get_wanted(other_learner) == {"review-due": True, "unclaimed-credit": True, KIND: True}
    client_for(learner).post("/accounts/mails/", ALL_ON | {KIND: "on"})
    assert chosen() == [("learner@example.org", KIND, True)]


# --- Sending ------------------------------------------------------------------------------------------


def test_unwanted_mail_is_not_written(learner):
    services.choose_mail(user=learner, kind=KIND, is_wanted=False)

    assert offer_mail(kind=KIND, reference="1", user=learner) is None
    with pytest.raises(NotDue):
        queue_mail(kind=KIND, reference="1", to=learner.email, user=learner)
    with pytest.raises(NotDue):
        queue_mail(kind=KIND, reference="1", to="nobody@example.org")
    assert not Mail.objects.exists()


def test_mail_is_not_offered_to_an_address_that_it_comes_back_from(learner):
    learner.bounced_email = learner.email
    learner.save()

    assert offer_mail(kind=KIND, reference="1", user=learner) is None


def test_what_was_turned_off_while_it_waited_is_dropped(waiting, learner):
    services.choose_mail(user=learner, kind=KIND, is_wanted=False)

    assert send_mail(mail_id=waiting.pk) is False

    assert mail.outbox == []
    row = Mail.objects.get()
    assert (row.status, row.problem) == ("dropped", "The person does not want this kind of mail.")
    # Nobody has to look at it, and turning the kind on again brings nothing old.
    assert queries.count_mails() == {"waiting": 0, "bounced": 0, "failed": 0}
    assert not queries.get_mails_to_look_at().exists()
    services.choose_mail(user=learner, kind=KIND, is_wanted=True)
    Mail.objects.update(next_try_at=timezone.now() - timedelta(minutes=2))
    assert queries.get_overdue_mail_ids(timezone.now()) == []


def test_composer_that_has_nothing_to_tell_drops_the_mail(waiting, monkeypatch):
    def refuse(self: NewsOfTests, mail: Mail) -> EmailMultiAlternatives:
        raise NotDue("Nothing is due.")

    monkeypatch.setattr(NewsOfTests, "compose", refuse)

    assert send_mail(mail_id=waiting.pk) is False
    assert Mail.objects.values_list("status", "problem").get() == ("dropped", "Nothing is due.")


def test_optional_mail_says_how_to_turn_it_off_and_other_mail_does_not(waiting, learner, monkeypatch):
    send_mail(mail_id=waiting.pk)
    monkeypatch.setitem(KINDS, KIND, NecessaryNews())
    send_mail(mail_id=queue_mail(kind=KIND, reference="2", to=learner.email, user=learner).pk)

    first, second = mail.outbox
    assert first.extra_headers == {
        "List-Unsubscribe": f"<{unsubscribe_url(learner, KIND)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert second.extra_headers == {}


# --- Without signing in -------------------------------------------------------------------------------


def test_opening_the_address_changes_nothing(learner):
    browser = Client(enforce_csrf_checks=True)
    for method in (browser.get, browser.head):
        response = method(address_of(learner))
        assert response.status_code == 200
    assert "“News of tests” is on" in browser.get(address_of(learner)).content.decode()
    assert chosen() == []


def test_one_click_turns_the_kind_off_once_and_for_its_owner_alone(learner, other_learner):
    browser = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = browser.post(
            address_of(learner), ONE_CLICK, content_type="application/x-www-form-urlencoded", headers={"Origin": "null"}
        )
        assert (response.status_code, response.cookies) == (200, {})
    assert chosen() == [("learner@example.org", KIND, False)]
    page = response.content.decode()
    assert "“News of tests” is off" in page
    assert "Turn on again" in page
    assert 'href="/accounts/mails/"' in page


def test_turned_off_by_mistake_it_is_turned_on_again(learner):
    browser = Client(enforce_csrf_checks=True)
    browser.post(address_of(learner), {"wanted": "off"})
    assert not queries.wants(learner, KIND)
    page = browser.post(address_of(learner), {"wanted": "on"}).content.decode()
    assert "“News of tests” is on" in page
    assert queries.wants(learner, KIND)


def test_address_that_we_did_not_sign_does_not_exist(learner, other_learner):
    mine, theirs = SIGNER.sign_object([learner.pk, KIND]), SIGNER.sign_object([other_learner.pk, KIND])
    value, _, signature = mine.rpartition(".")
    mixed = f"{theirs.rpartition('.')[0]}.{signature}"
    for token in (f"{value}.{signature[:-2]}xx", mixed, value, "x", f"{mine}x"):
        for method in (Client().get, Client().post):
            assert method(f"/accounts/mails/off/{token}/").status_code == 404
    assert chosen() == []


def test_address_for_something_else_does_not_open_it(learner):
    token = Signer(sep=".", salt="another").sign_object([learner.pk, KIND])
    assert Client().post(f"/accounts/mails/off/{token}/").status_code == 404
    assert chosen() == []


def test_kind_that_is_sent_no_more_or_account_that_is_gone_is_told(learner):
    old, gone = address_of(learner, "old-kind"), address_of(learner)
    for method in (Client().get, Client().post):
        response = method(old)
        assert response.status_code == 200
        assert "No such mail is sent any more" in response.content.decode()
    learner.delete()
    assert "No such mail is sent any more" in Client().post(gone).content.decode()
    assert chosen() == []
