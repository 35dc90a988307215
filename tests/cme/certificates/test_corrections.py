"""A wrong name is put right by a new certificate; what was issued never changes, and never do two of a claim hold."""

import threading
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import IntegrityError, connections, transaction
from wagtail.models import ModelLogEntry

from accounts.mail.services import send_mail
from accounts.models import Mail
from cme.certificates import services
from cme.certificates.errors import CannotCorrect
from cme.certificates.rendering import RenderingError
from cme.certificates.services import (
    ask_for_correction,
    confirm_correction,
    issue_certificate,
    refuse_correction,
    reissue_certificate,
    take_back_correction,
    withdraw_certificate,
)
from cme.ledger.queries import get_credit
from cme.models import Certificate, CertificateStatus, Claim, Correction, CorrectionStatus
from escan.leaving import delete_person

CLAIM = "/cme/breast-calcifications/"
ASK = f"{CLAIM}correction/"
WRONG_NAME = {"name": "Rosa Marín López, MD", "reason": "My second surname is missing."}


@pytest.fixture
def asked(issued) -> Correction:
    return ask_for_correction(certificate=issued, **WRONG_NAME)


@pytest.fixture
def corrected(asked, admin, django_capture_on_commit_callbacks) -> Certificate:
    with django_capture_on_commit_callbacks(execute=True):
        new = confirm_correction(correction_id=asked.pk, by=admin)
    assert new
    new.refresh_from_db()
    return new


def test_confirmed_correction_issues_a_new_certificate_in_place_of_the_old(issued, corrected, today):
    before, claim = issued.fields, Claim.objects.get()
    issued.refresh_from_db()
    assert (issued.status, issued.fields, issued.replaced_by) == (CertificateStatus.REPLACED, before, corrected)
    assert (corrected.status, corrected.fields["name"]) == (CertificateStatus.ISSUED, "Rosa Marín López, MD")
    kept = ("heading", "did", "activity", "award", "facts", "demonstration", "demonstration_note")
    assert {key: corrected.fields[key] for key in kept} == {key: before[key] for key in kept}
    assert corrected.fields["code"] == corrected.printed_code != issued.printed_code
    assert corrected.fields["statements"][-1].endswith(f", in place of certificate {issued.printed_code}.")
    assert claim.certificate == corrected
    assert [str(earned.credits) for earned in get_credit(claim.user, completed=set())[0]] == ["1.25"]
    assert Correction.objects.get().status == CorrectionStatus.CONFIRMED


@pytest.fixture
def held_correction(asked, admin, monkeypatch) -> Certificate:
    """Confirmed, and at that moment it cannot be printed."""
    new = confirm_correction(correction_id=asked.pk, by=admin)
    assert new

    def refuse(*args: Any, **kwargs: Any) -> bytes:
        raise RenderingError("“Ó” cannot be printed.")

    with monkeypatch.context() as patch:
        patch.setattr(services, "render_certificate", refuse)
        issue_certificate(certificate_id=new.pk)
    new.refresh_from_db()
    assert new.is_held
    return new


def test_correction_that_was_held_keeps_the_name_that_was_confirmed(
    held_correction, client_for, admin, paid, django_capture_on_commit_callbacks
):
    assert "the name that the office confirmed" in paid.get(CLAIM).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for(admin).post(f"/studio/cme/held/{held_correction.pk}/retry/").status_code == 302
    held_correction.refresh_from_db()
    assert (held_correction.status, held_correction.fields["name"]) == (
        CertificateStatus.ISSUED,
        "Rosa Marín López, MD",
    )


def test_learner_who_tries_it_again_gets_the_confirmed_name(held_correction, paid):
    paid.post(f"{CLAIM}retry/")
    held_correction.refresh_from_db()
    assert (held_correction.status, held_correction.fields["name"]) == (CertificateStatus.DUE, "Rosa Marín López, MD")


def test_staff_give_what_is_held_another_name(
    held_correction, client_for, admin, learner_with_access, django_capture_on_commit_callbacks
):
    office, path = client_for(admin), f"/studio/cme/held/{held_correction.pk}/rename/"
    assert path in office.get("/studio/cme/held/").content.decode()
    assert path in office.get(f"/studio/cme/certificates/{held_correction.pk}/").content.decode()
    assert 'value="Rosa Marín López, MD"' in office.get(path).content.decode()
    assert office.post(path, {"name": "Rosa 😀"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(path, {"name": "Rosa  Lopez"})["Location"] == "/studio/cme/held/"
    held_correction.refresh_from_db()
    learner_with_access.refresh_from_db()
    assert (held_correction.status, held_correction.fields["name"]) == (CertificateStatus.ISSUED, "Rosa Lopez")
    assert learner_with_access.name == "Rosa Marín, MD"
    assert "not held any more" in office.post(path, {"name": "Rosa"}, follow=True).content.decode()


def test_corrected_certificate_is_mailed_and_says_what_it_replaces(issued, corrected):
    [message] = mail.outbox
    assert f"It takes the place of certificate {issued.printed_code}" in message.body
    assert message.attachments[0][0] == corrected.download_name
    # The first one's own mail had not gone out yet, and has nothing to bring any more.
    first = Mail.objects.get(reference=str(issued.pk))
    assert send_mail(mail_id=first.pk) is False
    first.refresh_from_db()
    assert first.status == "dropped"


def test_old_page_says_replaced_by_and_leads_to_the_new_one(client, issued, corrected):
    page = client.get(issued.get_absolute_url()).content.decode()
    assert "This certificate does not hold any more." in page
    assert f'Replaced by <a class="mono" href="{corrected.get_absolute_url()}">' in page
    assert "Genuine." not in page
    page = client.get(corrected.get_absolute_url()).content.decode()
    assert "Genuine." in page
    assert "Rosa Marín López, MD" in page


def test_old_file_is_not_offered_any_more(paid, issued, corrected):
    assert paid.get(f"/cme/certificates/{issued.printed_code}/")["Location"] == CLAIM
    assert paid.get(f"/cme/certificates/{corrected.printed_code}/")["Content-Type"] == "application/pdf"
    # Kept for good, all the same.
    assert default_storage.exists(issued.file)


@pytest.mark.parametrize("status", ["due", "issued", "held"])
def test_database_refuses_two_certificates_of_a_claim_that_hold(issued, status):
    values: dict[str, Any] = {"file": "x", "sha256": "x", "issued_at": issued.issued_at, "problem": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(claim=issued.claim, code="AAAABBBBCCCC", fields={}, status=status, **values)


def test_asking_twice_is_refused(asked, issued):
    with pytest.raises(CannotCorrect, match="asked already"):
        ask_for_correction(certificate=issued, name="Rosa", reason="Again")
    assert Correction.objects.count() == 1


def test_asking_for_the_same_name_is_refused(issued):
    with pytest.raises(CannotCorrect, match="on the certificate already"):
        ask_for_correction(certificate=issued, name=" Rosa  Marín, MD", reason="?")
    assert not Correction.objects.exists()


def test_asking_while_no_certificate_stands_is_refused(held):
    with pytest.raises(CannotCorrect):
        ask_for_correction(certificate=held, **WRONG_NAME)


def test_request_can_be_taken_back(asked, issued):
    assert (take_back_correction(certificate=issued), take_back_correction(certificate=issued)) == (True, False)
    assert not Correction.objects.exists()


def test_refused_correction_changes_nothing_and_is_mailed(asked, issued, admin, django_capture_on_commit_callbacks):
    before = Certificate.objects.values().get()
    with django_capture_on_commit_callbacks(execute=True):
        answer = "Please send us a copy of your licence."
        assert refuse_correction(correction_id=asked.pk, answer=answer, by=admin) is True
    assert refuse_correction(correction_id=asked.pk, answer="Again, no.", by=admin) is False
    assert confirm_correction(correction_id=asked.pk, by=admin) is None
    assert Certificate.objects.values().get() == before
    [message] = mail.outbox
    assert (message.to, message.subject) == (
        ["paid@example.org"],
        "The name on your certificate: Breast calcifications",
    )
    assert "Please send us a copy of your licence." in message.body
    assert ModelLogEntry.objects.get(action="cme.refuse_correction").user == admin


def test_withdrawn_certificate_says_so_and_the_claim_stays(
    client, paid, issued, admin, learner_with_access, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        reason = "The course was taken by somebody else."
        assert withdraw_certificate(certificate_id=issued.pk, reason=reason, by=admin) is True
    assert withdraw_certificate(certificate_id=issued.pk, reason=reason, by=admin) is False
    page = client.get(issued.get_absolute_url()).content.decode()
    assert "Withdrawn on" in page
    assert "Genuine." not in page
    assert reason not in page  # it is the learner's
    assert reason in paid.get(CLAIM).content.decode()
    assert "Withdrawn: see why" in paid.get("/cme/").content.decode()
    assert paid.get(f"/cme/certificates/{issued.printed_code}/")["Location"] == CLAIM
    assert [message.subject for message in mail.outbox if reason in message.body] == [
        "Your certificate was withdrawn: Breast calcifications"
    ]
    assert [str(earned.credits) for earned in get_credit(learner_with_access, completed=set())[0]] == ["1.25"]


def test_withdrawing_settles_an_open_request(asked, issued, admin):
    withdraw_certificate(certificate_id=issued.pk, reason="A mistake of ours.", by=admin)
    assert Correction.objects.get().status == CorrectionStatus.REFUSED
    assert confirm_correction(correction_id=asked.pk, by=admin) is None
    assert Certificate.objects.count() == 1


def test_withdrawn_by_mistake_is_issued_anew(issued, admin, client):
    withdraw_certificate(certificate_id=issued.pk, reason="A mistake of ours.", by=admin)
    new = reissue_certificate(certificate_id=issued.pk, by=admin)
    assert new
    assert reissue_certificate(certificate_id=issued.pk, by=admin) is None
    issue_certificate(certificate_id=new.pk)
    issued.refresh_from_db()
    assert issued.status == CertificateStatus.WITHDRAWN
    assert "Replaced by <a" in client.get(issued.get_absolute_url()).content.decode()
    assert Claim.objects.get().certificate == new


def test_of_two_that_were_withdrawn_the_later_is_issued_anew(issued, admin, client_for):
    """The first has had its successor, so another would have to take that one's place."""
    withdraw_certificate(certificate_id=issued.pk, reason="A mistake of ours.", by=admin)
    second = reissue_certificate(certificate_id=issued.pk, by=admin)
    assert second
    issue_certificate(certificate_id=second.pk)
    withdraw_certificate(certificate_id=second.pk, reason="Another mistake.", by=admin)
    response = client_for(admin).post(f"/studio/cme/certificates/{issued.pk}/reissue/", {"name": "Rosa"}, follow=True)
    page = response.content.decode()
    assert "That was settled before" in page and f"/studio/cme/certificates/{second.pk}/" in page
    assert Certificate.objects.count() == 2
    third = reissue_certificate(certificate_id=second.pk, by=admin)
    assert third and third.replaces == second


def test_what_was_never_issued_is_not_issued_anew(claimed, admin):
    assert reissue_certificate(certificate_id=claimed.certificate.pk, by=admin) is None


def test_correction_survives_its_learner_without_their_words(corrected, asked, admin, learner_with_access):
    assert delete_person(user_id=learner_with_access.pk, by=admin)
    assert list(Correction.objects.values_list("status", "reason")) == [("confirmed", "")]


def test_open_request_goes_with_its_learner(asked, admin, learner_with_access):
    assert delete_person(user_id=learner_with_access.pk, by=admin)
    assert not Correction.objects.exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_many_who_answer_at_once_one_does(asked, issued, admin):
    acts = [
        lambda: confirm_correction(correction_id=asked.pk, by=admin),
        lambda: reissue_certificate(certificate_id=issued.pk, by=admin, name="Rosa López"),
        lambda: withdraw_certificate(certificate_id=issued.pk, reason="At the same moment.", by=admin),
        lambda: refuse_correction(correction_id=asked.pk, answer="At the same moment.", by=admin),
    ] * 2
    gate = threading.Barrier(len(acts))
    failed: list[BaseException] = []

    def run(act: Any) -> None:
        gate.wait()
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Certificate.objects.standing().count() <= 1
    # Nobody's answer is lost halfway: whatever was ended either has a successor or was withdrawn.
    for ended in Certificate.objects.exclude(pk__in=Certificate.objects.standing()):
        assert ended.is_withdrawn or ended.replaced_by
    assert not Correction.objects.open().exists()


# --- The learner's page --------------------------------------------------------------------------------


def test_learner_asks_and_sees_it(paid, issued):
    assert "Ask for a correction" in paid.get(CLAIM).content.decode()
    assert 'value="Rosa Marín, MD"' in paid.get(ASK).content.decode()
    assert paid.post(ASK, WRONG_NAME)["Location"] == CLAIM
    page = paid.get(CLAIM).content.decode()
    assert "you asked for a certificate with the name <b><bdi>Rosa Marín López, MD</bdi></b>" in page
    assert "Take the request back" in paid.get(ASK).content.decode()
    assert paid.post(ASK, {"take_back": "1"})["Location"] == CLAIM
    assert not Correction.objects.exists()


def test_learner_is_told_what_is_missing(paid, issued):
    page = paid.post(ASK, {"name": "Rosa Marín, MD", "reason": ""}).content.decode()
    assert "Tell the office in a few words." in page
    page = paid.post(ASK, {"name": "Rosa Marín, MD", "reason": "x"}).content.decode()
    assert "This name is on the certificate already." in page
    assert not Correction.objects.exists()


def test_learner_sees_why_it_was_refused(paid, asked, admin):
    refuse_correction(correction_id=asked.pk, answer="Send us your licence.", by=admin)
    assert "Send us your licence." in paid.get(CLAIM).content.decode()
    assert "Ask for a correction" in paid.get(CLAIM).content.decode()


def test_correction_of_what_is_held_leads_back(paid, held):
    assert paid.get(ASK)["Location"] == CLAIM


def test_another_learner_has_nothing_to_correct(client_for, other_learner, issued):
    assert client_for(other_learner).post(ASK, WRONG_NAME).status_code == 404
    assert not Correction.objects.exists()


# --- The studio ----------------------------------------------------------------------------------------


def test_office_confirms_in_the_studio(client_for, admin, asked, issued, django_capture_on_commit_callbacks):
    office = client_for(admin)
    assert "1 correction asked for" in office.get("/studio/").content.decode()
    assert f"/studio/cme/certificates/{issued.pk}/" in office.get("/studio/cme/corrections/").content.decode()
    page = office.get(f"/studio/cme/certificates/{issued.pk}/").content.decode()
    assert f"/studio/cme/corrections/{asked.pk}/confirm/" in page
    page = office.get(f"/studio/cme/corrections/{asked.pk}/confirm/").content.decode()
    assert "“Rosa Marín, MD” becomes “Rosa Marín López, MD”." in page
    with django_capture_on_commit_callbacks(execute=True):
        response = office.post(f"/studio/cme/corrections/{asked.pk}/confirm/", follow=True)
    new = Claim.objects.get().certificate
    assert response.redirect_chain[-1][0] == f"/studio/cme/certificates/{new.pk}/"
    assert issued.printed_code in response.content.decode()
    assert new.fields["name"] == "Rosa Marín López, MD"


def test_office_refuses_with_words_only(client_for, admin, asked):
    office, address = client_for(admin), f"/studio/cme/corrections/{asked.pk}/refuse/"
    assert office.post(address, {"words": ""}).status_code == 422
    assert Correction.objects.open().exists()
    assert office.post(address, {"words": "Please send us a copy."}).status_code == 302
    assert Correction.objects.get().answer == "Please send us a copy."


def test_office_corrects_by_itself_and_withdraws(client_for, admin, issued):
    office = client_for(admin)
    office.post(f"/studio/cme/certificates/{issued.pk}/reissue/", {"name": "Rosa López"})
    new = Claim.objects.get().certificate
    assert new.fields["name"] == "Rosa López"
    issue_certificate(certificate_id=new.pk)
    office.post(f"/studio/cme/certificates/{new.pk}/withdraw/", {"words": "It was not you who passed."})
    new.refresh_from_db()
    assert (new.status, new.withdrawn_because) == (CertificateStatus.WITHDRAWN, "It was not you who passed.")


@pytest.mark.parametrize("person", ["learner_with_access", "author"])
def test_studio_keeps_corrections_from_others(client_for, asked, issued, request, person):
    client = client_for(request.getfixturevalue(person))
    for act, data in (("reissue", {"name": "X Y"}), ("withdraw", {"words": "Because I want it so."})):
        assert client.post(f"/studio/cme/certificates/{issued.pk}/{act}/", data).status_code == 302
    assert client.post(f"/studio/cme/held/{issued.pk}/rename/", {"name": "X Y"}).status_code == 302
    for act in ("confirm", "refuse"):
        assert client.post(f"/studio/cme/corrections/{asked.pk}/{act}/", {"words": "Because."}).status_code == 302
    assert Certificate.objects.get().status == CertificateStatus.ISSUED
    assert Correction.objects.get().is_open
