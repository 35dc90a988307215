"""A learner who has done everything once, so that a copy or a deletion has something of every kind to take."""

import time
import uuid
from datetime import timedelta
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts.mail.services import choose_mail, queue_mail
from accounts.models import AddressChange, Mail, OpenSession, User
from courses.assessment.services.checks import save_check_answer
from courses.models import Course, Lesson, Note, Question, RecallCard, Video, WatchClock, WatchedTime
from courses.recall.services import answer_recall
from escan.models import ContactMessage, SupportRequest
from imaging.models import Panel, PanelImage
from imaging.panel.services import answer_image
from imaging.practice.services import begin_run
from imaging.reading.queries import Reader
from imaging.reading.services import Description, answer_reading, lock_reading, put_mark, start_reading
from imaging.testsets.services import give_consent
from payments.models import CheckoutSession, Customer, Dispute, Gift, Purchase, Refund
from tests.course_fixtures import hand_in, start
from tests.imaging.conftest import write_study
from tests.imaging.testsets.conftest import begin as begin_attempt
from tests.imaging.testsets.conftest import write_set

NOW = timezone.now


def prove(client: Client, user: User) -> None:
    """As if the person had just confirmed that it is them."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def make_checkout(user: User, name: str, *, is_gift: bool = False, **fields: object) -> CheckoutSession:
    values = {"status": "complete", "payment_status": "paid", **fields}
    return CheckoutSession.objects.create(
        user=user,
        is_gift=is_gift,
        idempotency_key=uuid.uuid4(),
        stripe_id=name,
        payment_intent=f"pi_{name}",
        price="price_1",
        amount=7900,
        currency="usd",
        expires_at=NOW() + timedelta(hours=1),
        **values,
    )


def make_purchase(user: User, name: str, **fields: Any) -> Purchase:
    return Purchase.objects.create(
        session=make_checkout(user, name, **fields), amount=7900, currency="usd", paid_at=NOW()
    )


def answer_check_and_review(user: User, course: Course) -> None:
    question = Question.objects.filter(course=course).order_by("key").first()
    given: dict[str, Any] = {"revision_id": question.live_revision_id, "answer": 0}
    save_check_answer(user=user, question=question, **given)
    card = RecallCard.objects.get(user=user, question=question)
    RecallCard.objects.filter(pk=card.pk).update(due_on="2026-01-02", rated_on="2026-01-01")
    answer_recall(user=user, card_id=card.pk, number=1, **given)


def read_study(user: User) -> None:
    write_study(is_open=True)
    begin_run(user=user)
    reading = start_reading(reader=Reader(user))
    put_mark(reading=reading, view="lcc", x=160, y=190, description=Description(80, "rim", "grouped"))
    answer_reading(reading=reading, category="4B", recall=True)
    lock_reading(reading=reading)


def read_set_and_panel(user: User) -> None:
    """An attempt at a test set that is under way, with consent, and an answer to a panel."""
    test_set = write_set()
    attempt = begin_attempt(user, test_set)
    give_consent(user=user, test_set=test_set)
    view = attempt.readings.first().study.views.first()
    image = PanelImage.objects.create(panel=Panel.objects.create(), view=view, is_real=False)
    answer_image(user=user, image=image, says_real=True, confidence=60, because="The noise.")


def live_fully(user: User, giver: User, course: Course, other_course: Course) -> None:
    """Everything that a learner can leave behind, in every app; nothing that keeps an account from being deleted."""
    hand_in(user, course, right=1)
    hand_in(user, course, right=4)
    start(user, other_course)
    lesson = Lesson.objects.filter(module__course=course, live=True).first()
    Note.objects.create(user=user, lesson=lesson, kind="note", block="1", text="My own thought.", second=83)
    Note.objects.create(user=user, lesson=lesson, kind="highlight", block="1", quote="An edge")
    WatchClock.objects.create(user=user, spent_until=NOW(), version=1)
    video = Video.objects.create(title="LessonVideo", seconds=60)
    WatchedTime.objects.create(user=user, video=video, bits=b"\x03", watched=2)
    answer_check_and_review(user, course)
    read_study(user)
    read_set_and_panel(user)
    Customer.objects.create(user=user, stripe_id="cus_1")
    bought = make_purchase(user, "cs_bought")
    Refund.objects.create(
        purchase=bought, stripe_id="re_1", amount=100, currency="usd", status="succeeded", created_at=NOW()
    )
    Dispute.objects.create(
        purchase=bought, stripe_id="dp_1", amount=100, currency="usd", status="won", reason="fraud", created_at=NOW()
    )
    given = make_purchase(user, "cs_given", is_gift=True)
    Gift.objects.create(session=given.session, recipient="friend@example.org", message="For you, from me")
    got = make_purchase(giver, "cs_got", is_gift=True)
    Gift.objects.create(session=got.session, recipient=user.email, message="Enjoy", accepted_by=user, accepted_at=NOW())
    Authenticator.objects.create(user=user, type="totp", data={"secret": "TOTPSECRET"})
    OpenSession.objects.create(user=user, key="sessionkey", browser="Firefox on Windows")
    AddressChange.objects.create(user=user, old="earlier@example.org", new=user.email)
    choose_mail(user=user, kind="unclaimed-credit", is_wanted=False)
    queue_mail(kind="receipt", reference=str(bought.pk), to=user.email, user=user)
    Mail.objects.create(kind="notice", reference="n1", to=user.email, status="sent", sent_at=NOW())
    SupportRequest.objects.create(user=user, kind="address", because="Hospital", ended_at=NOW(), expires_at=NOW())
    for topic in ("question", "grievance"):
        ContactMessage.objects.create(
            user=user, topic=topic, name=user.name, email=user.email, message=f"About a {topic}"
        )
