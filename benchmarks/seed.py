"""Learners in any number, each with what a learner leaves behind. Rows are written in bulk, as no page would."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import AccessGrant, AccessSource, Mail, MailStatus, Profession, User
from benchmarks.visits import COURSE, LESSON
from cme.certificates.codes import new_code
from cme.certificates.wording import certificate_fields, to_snapshot
from cme.claims.attestation import ATTESTATION
from cme.models import Activity, Certificate, CertificateStatus, Claim, Evaluation
from courses.assessment.asking import freeze
from courses.assessment.scoring import get_right_answer
from courses.learning.seconds import pack, to_bits
from courses.models import (
    Attempt,
    CheckAnswer,
    Completion,
    Course,
    Enrolment,
    Lesson,
    LessonProgress,
    LessonRendering,
    Note,
    NoteKind,
    Question,
    Video,
    VideoStatus,
    WatchClock,
    WatchedTime,
)
from payments.models import CheckoutSession, Purchase, WebhookEvent

VIDEO_SECONDS = 3600
# Videos that are in no lesson: each learner has watched of ten, so that 100,000 learners have a million rows.
VIDEOS = 10
BATCH = 5_000
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def seed(total: int) -> None:
    """Bring the academy to so many learners: all have access and are half through the course, half have credit."""
    first = User.objects.filter(email__startswith="bench-").count()
    for start in range(first, total, BATCH):
        with transaction.atomic():
            seed_batch(range(start, min(start + BATCH, total)))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def seed_batch(numbers: range) -> None:
    users = save(
        User(
            email=f"bench-{n}@example.org",
            name=f"Learner {n}, MD",
            profession=Profession.PHYSICIAN,
            time_zone="UTC",
            password="!",
        )
        for n in numbers
    )
    save(EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    save(AccessGrant(user=user, source=AccessSource.PURCHASE, reference=f"bench-{user.pk}") for user in users)
    seed_payments(users)
    seed_progress(users)
    seed_watched(users)
    seed_own(users[::2])
    seed_credit(users[::2])
    save(signed_in(user) for user in users)


def save(rows: Iterable[Any]) -> list[Any]:
    made = list(rows)
    model: type[models.Model] = type(made[0])
    return list(model._default_manager.bulk_create(made, batch_size=1_000))


def sent_mail(kind: str, key: int, user: User, at: datetime) -> Mail:
    return Mail(kind=kind, reference=str(key), user=user, to=user.email, status=MailStatus.SENT, sent_at=at, attempts=1)


def seed_payments(users: list[User]) -> None:
    now = timezone.now()
    sessions = save(
        CheckoutSession(
            user=user,
            idempotency_key=uuid.uuid4(),
            stripe_id=f"cs_bench_{user.pk}",
            payment_intent=f"pi_bench_{user.pk}",
            price="price_bench",
            amount=7900,
            currency="usd",
            status=CheckoutSession.Status.COMPLETE,
            payment_status=CheckoutSession.PaymentStatus.PAID,
            expires_at=now + timedelta(days=1),
        )
        for user in users
    )
    purchases = save(Purchase(session=session, amount=7900, currency="usd", paid_at=now) for session in sessions)
    save(sent_mail("receipt", purchase.pk, purchase.session.user, now) for purchase in purchases)
    save(
        WebhookEvent(
            stripe_id=f"evt_bench_{user.pk}",
            type="checkout.session.completed",
            object_id=f"cs_bench_{user.pk}",
            livemode=False,
            created_at=now,
            next_try_at=now,
            processed_at=now,
            status=WebhookEvent.Status.DONE,
        )
        for user in users
    )


def seed_progress(users: list[User]) -> None:
    course = Course.objects.get(slug=COURSE)
    lessons = list(Lesson.objects.filter(module__course=course, live=True).select_related("live_revision"))
    read = lessons[: len(lessons) // 2]
    now = timezone.now()
    save(Enrolment(user=user, course=course, last_lesson=read[-1]) for user in users)
    save(
        LessonProgress(user=user, lesson=lesson, revision=lesson.live_revision, completed_at=now)
        for user in users
        for lesson in read
    )


def seed_watched(users: list[User]) -> None:
    """Half of the first video, which is in the lesson that is measured, and of nine others: in five stretches each."""
    videos = list(Video.objects.filter(title__startswith="bench-").order_by("pk")) or save(
        Video(title=f"bench-{n}", status=VideoStatus.READY, seconds=VIDEO_SECONDS, playlist="#EXTM3U", poster="none")
        for n in range(VIDEOS)
    )
    LessonRendering.objects.filter(lesson__slug=LESSON).update(video_ids=[videos[0].pk])
    began = timezone.now() - timedelta(hours=2)
    stretches = [(start, start + VIDEO_SECONDS // 10) for start in range(0, VIDEO_SECONDS, VIDEO_SECONDS // 5)]
    bits = pack(to_bits(stretches, length=VIDEO_SECONDS), length=VIDEO_SECONDS)
    save(WatchClock(user=user, spent_until=began, version=1) for user in users)
    save(
        WatchedTime(user=user, video=video, bits=bits, watched=VIDEO_SECONDS // 2) for user in users for video in videos
    )


def seed_own(users: list[User]) -> None:
    """A note on the lesson that is measured, and an answer to each of its checks."""
    text = LessonRendering.objects.filter(lesson__slug=LESSON).latest("pk")
    _, block = text.html.split('id="b-', 1)
    save(
        Note(user=user, lesson_id=text.lesson_id, kind=NoteKind.NOTE, block=block[:36], place="Suspicious", text="Ask.")
        for user in users
    )
    checks = Question.objects.filter(pk__in=text.question_ids).select_related("live_revision")
    asked = [(check, content := freeze(check, None), get_right_answer(content)) for check in checks]
    save(
        CheckAnswer(
            user=user,
            question=check,
            revision=check.live_revision,
            content=content,
            answer=answer,
            is_right=True,
        )
        for user in users
        for check, content, answer in asked
    )


def seed_credit(users: list[User]) -> None:
    certificates = due_certificates(users)
    now = timezone.now()
    for certificate in certificates:
        certificate.status = CertificateStatus.ISSUED
        certificate.file = f"certificates/{certificate.code}.pdf"
        certificate.sha256 = sha256(certificate.code.encode()).hexdigest()
        certificate.issued_at = now
    save(certificates)
    save(sent_mail("certificate", certificate.pk, certificate.claim.user, now) for certificate in certificates)


def due_certificates(users: list[User]) -> list[Certificate]:
    """Unsaved, of claims that are saved."""
    activity = Activity.objects.select_related("course").get(course__slug=COURSE)
    claims = seed_claims(activity, seed_completions(activity.course, users))
    certificates = [Certificate(claim=claim, code=new_code()) for claim in claims]
    words = printed_words(activity, certificates[0])
    for certificate in certificates:
        own = {
            "name": certificate.claim.user.name,
            "code": certificate.printed_code,
            "verify_url": certificate.verify_url,
        }
        certificate.fields = words | own
    return certificates


def seed_completions(course: Course, users: list[User]) -> list[Completion]:
    now = timezone.now()
    attempts = save(
        Attempt(user=user, course=course, passing_score=75, submitted_at=now, score=Decimal(100)) for user in users
    )
    return save(
        Completion(
            user=attempt.user,
            course=course,
            attempt=attempt,
            completed_at=now,
            completed_on=now.date(),
            score=Decimal(100),
            lessons=[],
        )
        for attempt in attempts
    )


def seed_claims(activity: Activity, completions: list[Completion]) -> list[Claim]:
    credit_type = activity.credit_types.exclude(professions=[]).get()
    evaluations = save(Evaluation(activity=activity, answers={}) for _ in completions)
    return save(
        Claim(
            user=completion.user,
            activity=activity,
            completion=completion,
            evaluation=evaluation,
            credit_type=credit_type,
            credits=Decimal("1.00"),
            profession=Profession.PHYSICIAN,
            attestation=ATTESTATION,
            completed_on=completion.completed_on,
        )
        for completion, evaluation in zip(completions, evaluations, strict=True)
    )


def printed_words(activity: Activity, certificate: Certificate) -> dict[str, Any]:
    """Put together once: of the others, name and code alone differ."""
    claim = certificate.claim
    return to_snapshot(
        certificate_fields(
            user=claim.user,
            activity=activity,
            credit_type=claim.credit_type,
            completion=claim.completion,
            amount=claim.credits,
            code=certificate.code,
            verify_url=certificate.verify_url,
            issued_on=claim.completed_on,
        )
    )


def signed_in(user: User) -> Session:
    values = {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": BACKEND,
        "_auth_user_hash": user.get_session_auth_hash(),
    }
    return Session(
        session_key=session_key(user.email),
        session_data=SessionStore().encode(values),
        expire_date=timezone.now() + timedelta(days=14),
    )


def session_key(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:32]
