"""What one press on the person's screen does."""

import pytest
from wagtail.models import ModelLogEntry

from accounts.mail.services import send_mail
from accounts.models import Mail, MailStatus
from accounts.queries import has_access
from cme.models import Certificate
from tests.escan.people import make_checkout
from tests.escan.support.conftest import read
from tests.payments.conftest import bench as bench
from tests.payments.conftest import checkout as checkout

pytestmark = pytest.mark.django_db


def acts_of(user) -> list[str]:
    return list(ModelLogEntry.objects.filter(user=user).order_by("pk").values_list("action", flat=True))


def ask_stripe(desk, person) -> str:
    here = f"/studio/people/{person.pk}/"
    return read(desk.post(f"/studio/payments/people/{person.pk}/ask/", {"next": here}, follow=True))


def press(desk, person, path: str) -> str:
    response = desk.post(f"/studio/people/{person.pk}/{path}", follow=True)
    return read(response)


def test_certificate_is_sent_again_to_the_address_of_today(desk, busy, support, mailoutbox):
    certificate = Certificate.objects.get()
    mail = Mail.objects.get(kind="certificate", reference=certificate.pk)
    send_mail(mail_id=mail.pk)
    busy.email = "new@example.org"
    busy.save()
    assert "on its way to new@example.org" in press(desk, busy, f"certificates/{certificate.pk}/send/")
    send_mail(mail_id=mail.pk)
    first, second = mailoutbox[-2:]
    assert (first.to, second.to) == (["paid@example.org"], ["new@example.org"])
    assert first.attachments == second.attachments and len(second.attachments) == 1
    assert acts_of(support) == ["accounts.retry_mail"]


def test_certificate_goes_out_once_however_often_the_button_is_pressed(desk, busy):
    certificate = Certificate.objects.get()
    assert "on its way already" in press(desk, busy, f"certificates/{certificate.pk}/send/")
    assert Mail.objects.filter(kind="certificate").count() == 1


def test_staff_open_the_certificate_as_it_was_issued(desk, busy, other_learner):
    certificate = Certificate.objects.get()
    response = desk.get(f"/studio/people/{busy.pk}/certificates/{certificate.pk}/")
    assert response["Content-Type"] == "application/pdf" and b"".join(response.streaming_content)[:5] == b"%PDF-"
    assert desk.get(f"/studio/people/{other_learner.pk}/certificates/{certificate.pk}/").status_code == 404


def test_damaged_file_is_told_and_neither_opened_nor_sent(desk, busy, mailoutbox):
    """As with another version of typst: made again it is not the file that was issued."""
    Certificate.objects.update(sha256="0" * 64)
    certificate, here = Certificate.objects.get(), f"/studio/people/{busy.pk}/"
    send_mail(mail_id=Mail.objects.get(kind="certificate").pk)
    response = desk.get(f"{here}certificates/{certificate.pk}/")
    assert response["Location"] == f"{here}#credit"
    page = desk.get(here).content.decode()
    assert f"The file of certificate {certificate.printed_code} is damaged" in page
    assert f"{here}certificates/{certificate.pk}/" not in page
    assert f"/studio/cme/certificates/{certificate.pk}/reissue/" in page
    assert "its file is damaged" in press(desk, busy, f"certificates/{certificate.pk}/send/")
    assert mailoutbox == []


def test_mail_is_sent_again_only_where_it_is_the_persons(desk, busy, other_learner, mailoutbox):
    mail = Mail.objects.get(kind="receipt")
    send_mail(mail_id=mail.pk)
    assert desk.post(f"/studio/people/{other_learner.pk}/mails/{mail.pk}/again/").status_code == 404
    assert "on its way again, to paid@example.org" in press(desk, busy, f"mails/{mail.pk}/again/")
    mail.refresh_from_db()
    assert mail.status == MailStatus.WAITING
    notice = Mail.objects.get(kind="notice")
    assert "nothing can make it again" in press(desk, busy, f"mails/{notice.pk}/again/")


def test_mark_of_an_address_is_lifted_with_a_mail_to_try_it(desk, learner, support):
    learner.bounced_email = learner.email
    learner.save()
    assert "Take the mark off" in read(desk.get(f"/studio/people/{learner.pk}/"))
    assert "The mark is taken off" in press(desk, learner, "mails/try/")
    learner.refresh_from_db()
    assert not learner.mail_comes_back and Mail.objects.get(kind="address check").to == learner.email
    assert "A mail to try the address" in press(desk, learner, "mails/try/")
    assert acts_of(support) == ["accounts.try_address"] * 2


def test_payment_that_no_event_told_of_arrives_by_one_press(desk, learner, checkout, bench, support):
    bench.press("pay", checkout(learner))
    assert not has_access(learner)
    told = ask_stripe(desk, learner)
    assert "it is paid. It was not known here" in told and "Everything is open" in told
    assert has_access(learner)
    assert "Stripe says what stands here already" in ask_stripe(desk, learner)
    assert acts_of(support).count("payments.ask_about_person") == 2


def test_asking_about_nothing_and_asking_without_stripe(desk, learner, settings):
    assert "never opened the payment page" in ask_stripe(desk, learner)
    make_checkout(learner, "cs_1", status="open", payment_status="unpaid")
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    assert "Stripe cannot be asked just now" in ask_stripe(desk, learner)


@pytest.mark.parametrize("path", ["mails/try/", "mails/1/again/", "certificates/1/send/"])
def test_presses_are_for_support_alone(client_for, learner, author, path):
    for person in (None, learner, author):
        assert client_for(person).post(f"/studio/people/{learner.pk}/{path}").status_code == 302
    assert not ModelLogEntry.objects.filter(user__isnull=False).exists()


@pytest.mark.parametrize("path", ["mails/try/", "mails/1/again/", "certificates/1/send/", "requests/1/give-up/"])
def test_address_of_a_press_that_is_opened_leads_to_the_person(desk, learner, path):
    assert desk.get(f"/studio/people/{learner.pk}/{path}")["Location"] == f"/studio/people/{learner.pk}/"
