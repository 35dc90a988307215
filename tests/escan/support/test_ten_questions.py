"""Support's ten questions, each answered in the studio alone. What is not here has its test beside the act.

Where is my certificate, mail not received, payment not arrived: test_acts.py. Wrong e-mail, access for a colleague:
test_requests.py. Duplicate account: test_merging.py. Invoice: tests/payments/test_billing.py.
"""

import html
import re
from datetime import timedelta

import pytest

from accounts.services import grant_access
from cme.models import Certificate
from courses.learning.seconds import pack
from courses.models import Attempt, Enrolment, LessonProgress, WatchedTime
from payments.models import Refund
from tests.cme.conftest import complete
from tests.course_fixtures import hand_in, put_video, read_all
from tests.escan.people import make_purchase
from tests.escan.support.conftest import read

pytestmark = pytest.mark.django_db


def links_of(response) -> dict[str, str]:
    """Each link of the page by its words."""
    found = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', response.content.decode(), flags=re.DOTALL)
    return {" ".join(html.unescape(re.sub(r"<[^>]+>", "", words)).split()): address for address, words in found}


def screen(desk, person) -> str:
    return read(desk.get(f"/studio/people/{person.pk}/"))


def test_wrong_name_is_corrected_from_the_certificate_itself(desk, busy):
    """The person's screen leads to it; a new certificate replaces the old one."""
    address = links_of(desk.get(f"/studio/people/{busy.pk}/"))["Correct or withdraw it"]
    page = desk.get(address)
    assert "Rosa Marín, MD" in read(page)
    assert any(word in " ".join(links_of(page)) for word in ("anew", "name"))
    assert str(Certificate.objects.get().pk) in address


def test_refund_is_two_pages_away(desk, learner):
    purchase = make_purchase(learner, "cs_1")
    grant_access(user=learner, source="purchase", reference=str(purchase.session))
    address = links_of(desk.get(f"/studio/people/{learner.pk}/"))["Refund"]
    assert "The money goes back" in read(desk.get(address))
    desk.post(address, {"amount": "79.00", "because": "Bought by mistake", "left": 7900})
    refund = Refund.objects.get()
    assert (refund.amount, refund.note) == (7900, "Bought by mistake")
    assert "Bought by mistake" in screen(desk, learner)


def test_completed_but_no_credit_says_why(desk, learner, make_activity, today):
    """Each reason as the person would be told, and nothing else to look up."""
    activity = make_activity()
    completion = complete(learner, activity.course, today)
    grant_access(user=learner, source="staff", reference="1")
    assert "The credit can be claimed, until" in screen(desk, learner)
    learner.profession = ""
    learner.save()
    assert "Add your name and your profession" in screen(desk, learner)
    learner.profession = "physician"
    learner.save()
    learner.access_grants.all().delete()
    assert "New claims need access" in screen(desk, learner)
    grant_access(user=learner, source="staff", reference="2")
    type(completion).objects.update(completed_on=activity.released_on - timedelta(days=1))
    assert "before it was released for credit" in screen(desk, learner)
    type(completion).objects.update(completed_on=today)
    type(activity).objects.update(expires_on=today - timedelta(days=1))
    assert "could be claimed until" in screen(desk, learner)
    activity.delete()
    assert "This course offers no credit." in screen(desk, learner)


def test_not_completed_says_what_is_missing(desk, learner, course):
    Enrolment.objects.create(user=learner, course=course)
    assert "There is no access: the lessons and the post-test are closed." in screen(desk, learner)
    grant_access(user=learner, source="staff", reference="1")
    video = put_video("second-look", seconds=100)
    told = screen(desk, learner)
    assert "0 of 2 lessons done" in told and "Next: “First look”" in told
    assert "Lesson “First look” is not marked as completed." in told
    assert "Lesson “Second look” is not completed: 1:35 of video are not watched." in told
    WatchedTime.objects.create(user=learner, video=video, bits=pack((1 << 100) - 1, length=100), watched=100)
    assert "1:40 of video watched" in screen(desk, learner)
    read_all(learner, course)
    assert LessonProgress.objects.filter(user=learner, completed_at__isnull=False).exists()
    assert "All lessons are done. The post-test was not begun." in screen(desk, learner)
    hand_in(learner, course, right=1)
    attempt = Attempt.objects.get()
    told = f"handed in once, with {attempt.score.normalize():f}%; {attempt.passing_score}% are needed."
    assert told in screen(desk, learner)
    assert "It was asked in words." not in screen(desk, learner)
    Attempt.objects.update(is_in_words=True)
    assert "It was asked in words." in screen(desk, learner)
