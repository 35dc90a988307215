"""One screen a person, found by whatever somebody writes to us with."""

import html
import re
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Mail
from accounts.services import grant_access
from cme.models import Certificate
from escan.models import ContactMessage
from payments.models import Customer, Gift
from payments.services.staff import grant_without_payment, revoke_grant
from tests.cme.conftest import complete
from tests.conftest import make_user
from tests.escan.people import make_checkout, make_purchase
from tests.escan.support.conftest import read

pytestmark = pytest.mark.django_db


def find(desk, text: str):
    return desk.get("/studio/people/", {"q": text})


@pytest.mark.parametrize(
    "text",
    [
        "paid@example.org",
        "PAID@EXAMPLE.ORG ",
        "Marín",
        "old@example.org",
        "wrote@example.org",
        "cs_bought",
        "pi_cs_bought",
        "re_1",
        "dp_1",
        "cus_1",
    ],
)
def test_person_is_found_by_what_they_name(desk, busy, text):
    EmailAddress.objects.create(user=busy, email="second@example.org")
    Mail.objects.create(
        user=busy, kind="receipt", reference="0", to="old@example.org", status="sent", sent_at=timezone.now()
    )
    ContactMessage.objects.create(user=busy, topic="question", name="R", email="wrote@example.org", message="Hello")
    assert find(desk, text)["Location"] == f"/studio/people/{busy.pk}/"


def test_person_is_found_by_a_certificate_as_it_is_printed_or_typed(desk, busy):
    code = Certificate.objects.get().printed_code
    assert (
        find(desk, code)["Location"]
        == find(desk, code.lower().replace("-", " "))["Location"]
        == f"/studio/people/{busy.pk}/"
    )


def test_several_are_listed_and_nobody_is_said(desk, learner, other_learner):
    assert "learner@example.org" in (told := read(find(desk, "example.org"))) and "other@example.org" in told
    assert "Nobody is found by “nobody@nowhere.org”" in (told := read(find(desk, "nobody@nowhere.org")))
    assert "Mails to this address" in told
    assert "Nobody" not in read(find(desk, ""))


def test_screen_has_all_that_concerns_the_person(desk, busy):
    told = read(desk.get(f"/studio/people/{busy.pk}/"))
    for part in [
        "Rosa Marín, MD",
        "paid@example.org: proven",
        "By password or mailed code",
        "Second factor: TOTP",
        "Everything is open",
        "$79.00: Partly refunded",
        "gift for friend@example.org",
        "Completed, and credit claimed",
        f"{Certificate.objects.get().printed_code}",
        "Made out to Rosa Marín, MD",
        "%, passed",
        "Refund of $1.00,",
        "Dispute over $1.00,",
        "a gift, accepted on",
        f"{busy.recall_cards.filter(learned_on=None).count()} questions, ",
        "0 handed in, 1 under way",
        "About a grievance",
        "Notice · Sent",
        "Nobody has done anything for this person.",
    ]:
        assert part in told, part


def test_screen_of_somebody_who_has_done_nothing(desk, learner):
    told = read(desk.get(f"/studio/people/{learner.pk}/"))
    for part in [
        "Nothing opens the courses to this person.",
        "Never came to a payment page.",
        "No course was begun.",
        "No credit was claimed.",
        "No mail went out",
        "has not written",
    ]:
        assert part in told, part


def test_long_list_is_cut_short_and_whole_on_a_page_of_its_own(desk, learner):
    for number in range(8):
        named = {"reference": str(number), "subject": f"No. {number}"}
        Mail.objects.create(user=learner, kind="receipt", to=learner.email, **named)
    here = f"/studio/people/{learner.pk}/"
    page = desk.get(here)
    told = read(page)
    assert "No. 7" in told and "No. 3" in told and "No. 2" not in told
    assert "All 8: Mails" in told and f"{here}all/mails/" in page.content.decode()
    told = read(desk.get(f"{here}all/mails/"))
    assert "No. 0" in told and "All 8" not in told and "Credit and certificates" not in told
    assert desk.get(f"{here}all/nothing/").status_code == 404


def test_each_sees_the_parts_of_their_work(client_for, busy):
    """As an office of credit would: it sees people, their learning and their certificates, and no money."""
    office = make_user("office@example.org")
    wanted = ["access_admin", "view_user", "change_certificate"]
    office.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client = client_for(office)
    told = read(client.get(f"/studio/people/{busy.pk}/"))
    for part in ("Rosa Marín, MD", "Learning", "Tests", "Credit and certificates", "What others did here"):
        assert part in told, part
    for part in ("Payments and gifts", "$79.00", "Notice · Sent", "About a grievance", "Give access"):
        assert part not in told, part
    assert client.get(f"/studio/people/{busy.pk}/all/payments/").status_code == 404


def test_screen_tells_no_secret_and_no_answer(desk, busy):
    page = desk.get(f"/studio/people/{busy.pk}/").content.decode()
    secrets = ["TOTPSECRET", "sessionkey", *Gift.objects.values_list("token", flat=True)]
    secrets += ["rim", "grouped", "My own thought"]
    assert [each for each in secrets if each in page.partition("<main")[2]] == []


def test_grant_says_who_gave_it_why_and_why_it_was_closed(desk, learner, support):
    grant = grant_without_payment(user=learner, key=uuid4(), because="Faculty", is_mailed=False, by=support)
    here = f"/studio/people/{learner.pk}/"
    told = read(desk.get(here))
    assert all(words in told for words in ("given by staff", "Faculty", "support@example.org"))
    revoke_grant(grant_id=grant.pk, because="Left us", is_mailed=True, by=support)
    assert "Left us" in (told := read(desk.get(here))) and "Access, taken back" in told
    assert Mail.objects.get(kind="access closed").to == learner.email


def test_nobody_there_is_404(desk):
    assert desk.get("/studio/people/9999/").status_code == 404


def test_queries_are_the_same_for_little_and_for_much(desk, learner, make_course, make_activity, settings):
    settings.PAGE_CACHE_SECONDS = 10  # what is published is kept

    def fill(number: int) -> None:
        course = make_activity(course=make_course(slug=f"course-{number}")).course
        learner.enrolments.create(course=course)
        complete(learner, course)
        make_purchase(learner, f"cs_{number}")
        make_checkout(learner, f"cs_open_{number}", status="expired", payment_status="unpaid")
        grant_access(user=learner, source="staff", reference=str(number))
        Mail.objects.create(user=learner, kind="receipt", reference=f"{number}", to=learner.email)
        ContactMessage.objects.create(user=learner, topic="question", name="A", email=learner.email, message="Hello")

    def count() -> int:
        desk.get(f"/studio/people/{learner.pk}/")
        with CaptureQueriesContext(connection) as seen:
            desk.get(f"/studio/people/{learner.pk}/")
        return len(seen)

    Customer.objects.create(user=learner, stripe_id="cus_2")
    fill(1)
    once = count()
    for number in range(2, 5):
        fill(number)
    assert count() == once


LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')


def links_on(page: HttpResponse) -> set[str]:
    """What the page itself links to, without what stands around every page."""
    if page.streaming or not page["Content-Type"].startswith("text/html"):
        return set()
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return {html.unescape(link) for link in LINK.findall(main)}


def test_every_link_leads_to_a_page_that_support_may_open(desk, busy):
    """From the person's screen, and from every page of the studio that it links to."""
    here = f"/studio/people/{busy.pk}/"
    waiting, seen, refused = [(here, 0)], {here}, []
    while waiting:
        link, steps = waiting.pop(0)
        page = desk.get(link, follow=True)
        ended_at = page.redirect_chain[-1][0] if page.redirect_chain else link
        is_refused = link.startswith("/studio/") and link != "/studio/" and not re.match("/studio/.", ended_at)
        if page.status_code != 200 or is_refused:
            refused.append((link, page.status_code, ended_at))
        # Pages outside of the studio are everybody's, and tested there.
        elif steps < 2 and link.startswith("/studio/"):
            new = links_on(page) - seen
            seen |= new
            waiting += [(each, steps + 1) for each in sorted(new)]
    assert not refused, refused
    assert {link.split("/")[2] for link in seen if link.startswith("/studio/")} >= {"people", "cme", "payments"}
