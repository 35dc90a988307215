"""Every address against the whole cast. An address that is missing here fails the first test."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from cme.certificates.services import issue_certificate
from cme.claims.services import claim_credit
from cme.models import Claim
from core.storage import link_to_stream
from courses.assessment.asking import freeze
from courses.assessment.scoring import get_right_answer
from courses.assessment.services.attempts import save_answer, start_attempt, submit_attempt
from courses.learning.queries.outlines import get_outline
from courses.learning.services.reading import complete_lesson
from courses.models import Attempt, CheckAnswer, Course, LessonRendering, Note, Question, RecallCard, Video, WatchedTime
from courses.notes.services import write_note
from courses.recall.services import answer_recall, collect_missed
from courses.writing.queries import get_lesson_for
from courses.writing.window import get_window
from escan.models import INFORMATION, AddressProof, ContactMessage, SupportRequest
from escan.pages.courses import get_course_page
from escan.pages.heads import get_card_path
from guides.heads import get_card_path as get_guide_card_path
from guides.models import Guide
from guides.queries import get_guide_page
from imaging.models import Panel, PanelAnswer, PanelImage, Reading, SetAttempt
from imaging.practice.services import begin_run
from imaging.reading.queries import Reader
from imaging.reading.services import Description, answer_reading, put_mark, start_reading
from payments.models import CheckoutSession, Gift, Purchase, Refund
from tests.cme.conftest import ANSWERS
from tests.course_fixtures import answer_checks, write_question_of
from tests.guides.writing import load_guide
from tests.imaging.conftest import write_study
from tests.imaging.testsets.conftest import begin as begin_attempt
from tests.imaging.testsets.conftest import write_set
from tests.reviewing import do_without_review

SLUG = "breast-calcifications"
COURSE = f"/courses/{SLUG}/"
CAST = ["stranger", "learner", "learner_with_access", "other_learner", "author", "admin"]

EVERYONE = [200] * 6
SIGNED_IN = [302, 200, 200, 200, 200, 200]  # 302: to the sign-in page
WITH_ACCESS = [302, 403, 200, 200, 200, 200]
LOCKED = [403, 403, 200, 200, 200, 200]
ONLY_SIGNED_OUT = [200, 302, 302, 302, 302, 302]
OWNER = [302, 404, 200, 404, 404, 404]
OWNER_POST = [302, 404, 302, 404, 404, 404]
STAFF = [302, 302, 302, 302, 200, 200]
MOVED = [302] * 6
NOT_FOUND = [404] * 6
REFUSED = [405] * 6
OWN_NONE = [302, 404, 404, 404, 404, 404]

DAY = timedelta(days=1)


class Row(NamedTuple):
    address: str
    get: list[int]
    post: list[int] | None = None
    data: dict[str, Any] = {}


def make_video(text: LessonRendering) -> Video:
    """A video in a published lesson; nobody plays it."""
    fields = {
        "original": "videos/o.mp4",
        "playlist": "#EXTM3U",
        "captions": "WEBVTT\n\n00:00.000 --> 00:01.000\nA word.",
        "status": "ready",
        "seconds": 4,
    }
    stored = default_storage.save("videos/poster.webp", ContentFile(b"RIFF"))
    video = Video.objects.create(title="The video", poster=stored, **fields)
    video.streams.create(name="360", file="videos/360.m4s", playlist="#EXTM3U\n360.m4s\n")
    text.video_ids = [video.pk]
    text.save(update_fields=["video_ids"])
    return video


def make_answer(user: User) -> str:
    """A link that staff had mailed."""
    asked = SupportRequest.objects.create(user=user, kind="address", because="Moved", expires_at=timezone.now() + DAY)
    return AddressProof.objects.create(request=asked, address="new@example.org", is_needed=True).token


def make_review(user: User, attempt: Attempt) -> int:
    """An answer of this learner's in review."""
    row = attempt.questions.filter(question__kind="single").first()
    day = date(2026, 1, 1)
    collect_missed(user=user, ratings=[(row.question_id, 1)], day=day)
    card = RecallCard.objects.get(user=user)
    given: dict[str, Any] = {"number": 1, "revision_id": row.question.live_revision_id, "answer": 0}
    return answer_recall(user=user, card_id=card.pk, **given).pk


def ask_for_a_place(user: User) -> None:
    """In a course without a pre-test, where nobody else begins a test: no draw brings this question to the others."""
    course = Course.objects.get(slug="breast-density")
    assert not course.pre_test_questions
    do_without_review(course)
    image = Question.objects.get(key="mark-what-decides").image_id
    question = write_question_of(course, "place", image, key="mark-for-the-owner")
    attempt = Attempt.objects.create(user=user, course=course, purpose="post", passing_score=course.passing_score)
    asked = {"revision_id": question.live_revision_id, "content": freeze(question, None)}
    attempt.questions.create(position=1, question=question, **asked)


def begin_reading(user: User) -> dict[str, Any]:
    """A reading with a mark that may be locked, of a study that is open to everybody, and a tile."""
    study = write_study(is_open=True)
    tile = f"tiles/{0:032x}/fit.webp"
    default_storage.delete(tile)  # of another test of this module
    default_storage.save(tile, ContentFile(b"RIFF"))
    run = begin_run(user=user)
    reading = start_reading(reader=Reader(user))
    mark = put_mark(reading=reading, view="lcc", x=1, y=1, description=Description(50))
    answer_reading(reading=reading, category="2", recall=False)
    assert reading.study == study
    return {
        "reading": reading.get_absolute_url(),
        "mark": mark.key,
        "tile": f"/{tile}",
        "run": run.get_absolute_url(),
    }


def begin_set(user: User) -> dict[str, Any]:
    """An attempt at a test set, and an image of a panel that is open."""
    attempt = begin_attempt(user, write_set())
    view = attempt.readings.first().study.views.first()
    image = PanelImage.objects.create(panel=Panel.objects.create(), view=view, is_real=False)
    return {"attempt": attempt.get_absolute_url(), "panel": f"/panel/{image.pk}/"}


@pytest.fixture
def world(loaded_content: list[str], learner_with_access: User, tmp_path: Path) -> dict[str, Any]:
    """The academy's real content, and a learner with access who has done everything once."""
    course = Course.objects.get(slug=SLUG)
    for item in get_outline(course, learner_with_access).lessons:
        text = get_lesson_for(learner_with_access, course=SLUG, lesson=item.lesson.slug)
        for video in Video.objects.filter(pk__in=text.video_ids):
            seen = {"bits": b"\xff" * (video.seconds // 8 + 1), "watched": video.seconds}
            WatchedTime.objects.create(user=learner_with_access, video=video, **seen)
        answer_checks(learner_with_access, text)
        complete_lesson(user=learner_with_access, text=text)
    outline = get_outline(course, learner_with_access)
    passed = start_attempt(user=learner_with_access, outline=outline)
    for question in passed.questions.all():
        save_answer(attempt=passed, position=question.position, answer=get_right_answer(question.content))
    submit_attempt(attempt=passed)
    claim = claim_credit(
        user=learner_with_access, course=course, amount=Decimal("1.25"), is_attested=True, answers=ANSWERS
    )
    issue_certificate(certificate_id=claim.certificate.pk)
    claim.certificate.refresh_from_db()
    attempt = {
        "user": learner_with_access,
        "price": "price_1",
        "amount": 7900,
        "currency": "usd",
        "expires_at": timezone.now() + timedelta(hours=1),
    }
    CheckoutSession.objects.create(idempotency_key=uuid.uuid4(), stripe_id="cs_test_owned", **attempt)
    paid = {"status": "complete", "payment_status": "paid"}
    bought, gift = (
        CheckoutSession.objects.create(idempotency_key=uuid.uuid4(), stripe_id=name, is_gift=is_gift, **attempt, **paid)
        for name, is_gift in (("cs_test_bought", False), ("cs_test_gift", True))
    )
    for session in (bought, gift):
        Purchase.objects.create(session=session, amount=7900, currency="usd", paid_at=timezone.now())
    present = Gift.objects.create(session=gift, recipient="friend@example.org")
    default_storage.save("images/one.png", ContentFile(b"\x89PNG"))
    drawn = LessonRendering.objects.filter(lesson__module__course=course).exclude(image_ids=[])
    locked, free = drawn.filter(lesson__is_preview=False).first(), drawn.filter(lesson__is_preview=True).first()
    assert locked and free
    video = make_video(locked)
    # Every other kind of answer has its own tests; here the first question has one choice to make.
    Question.objects.filter(course=course).exclude(kind="single").update(live=False)
    begun = start_attempt(user=learner_with_access, outline=outline)
    Question.objects.filter(course=course).update(live=True)
    ask_for_a_place(learner_with_access)
    return {
        **begin_reading(learner_with_access),
        **begin_set(learner_with_access),
        "video": video,
        "open": begun,
        "check": Question.objects.get(key="check-read-the-wedge"),
        "free check": Question.objects.get(key="check-read-where-rods-form"),
        "pictures": {row.key: row for row in Question.objects.filter(kind="place")},
        "passed": passed,
        "answer": make_answer(learner_with_access),
        "code": claim.certificate.printed_code,
        "locked": locked,
        "free": free,
        "bought": bought.pk,
        "gift": present,
        "guide": load_guide(tmp_path),
        "reviewed": make_review(learner_with_access, passed),
        "note": write_note(user=learner_with_access, text=free, key=uuid.uuid4(), written="The owner's."),
    }


def check(question: Question) -> str:
    return f"/checks/{question.lesson_id}/{question.pk}/"


def guide_figure(guide: Guide) -> str:
    return f"/guides/figures/{guide.pk}/{guide.rendering.image_ids[0]}/"


def card_of_guide(guide: Guide) -> str:
    page = get_guide_page(guide.slug)
    return get_guide_card_path(page.guide, page.card)


def card_of_course(slug: str) -> str:
    page = get_course_page(slug)
    return get_card_path(page.course, page.card)


def given(question: Question) -> dict[str, Any]:
    return {"choice": 0, "revision": question.live_revision_id}


def picture(world: dict[str, Any], key: str) -> str:
    question = world["pictures"][key]
    return f"/checks/pictures/{question.pk}/{question.image_id}/"


def page_rows(world: dict[str, Any]) -> dict[str, Row]:
    free_check = world["free check"]
    return {
        "home": Row("/", EVERYONE, REFUSED),
        "home, a question answered": Row(f"/?revision={free_check.live_revision_id}&choice=0", EVERYONE, REFUSED),
        "favicon": Row("/favicon.ico", MOVED, REFUSED),
        "design": Row("/design/", EVERYONE, REFUSED),
        "robots": Row("/robots.txt", EVERYONE, REFUSED),
        "sitemap": Row("/sitemap.xml", EVERYONE, REFUSED),
        "healthz": Row("/healthz", EVERYONE),
        "readyz": Row("/readyz", EVERYONE),
        "metrics": Row("/metrics", [403] * 6),
        "service_worker": Row("/service-worker.js", EVERYONE, REFUSED),
        "manifest": Row("/manifest.webmanifest", EVERYONE, REFUSED),
        "offline": Row("/offline/", EVERYONE, REFUSED),
    }


def course_rows(world: dict[str, Any]) -> dict[str, Row]:
    locked, free = world["locked"], world["free"]
    shown = get_window(locked.lesson_id).image_ids
    closed = set(locked.image_ids) - shown
    block = re.search(r'data-block="([^"]+)"', locked.html)[1]
    study = re.search(r"/lessons/\d+/studies/\d+/", LessonRendering.objects.get(lesson__slug="distribution").html)[0]
    return {
        "catalogue": Row("/courses/", EVERYONE, REFUSED),
        "course": Row(COURSE, EVERYONE, REFUSED),
        "course_card": Row(card_of_course(SLUG), EVERYONE, REFUSED),
        "course_card, of before": Row(f"{COURSE}0f.png", MOVED),
        "course_card, unknown": Row("/courses/no-course/0f.png", NOT_FOUND),
        "lesson": Row(f"{COURSE}{locked.lesson.slug}/", LOCKED, REFUSED),
        "lesson, open to everyone": Row(f"{COURSE}{free.lesson.slug}/", EVERYONE),
        "lesson_position": Row(
            f"{COURSE}{locked.lesson.slug}/position/", MOVED, [403, 403, 204, 204, 204, 204], {"block": block}
        ),
        # Whoever may open it has not watched its video or answered its checks, but for the one who completed it before.
        "lesson_complete": Row(f"{COURSE}{locked.lesson.slug}/complete/", MOVED, [302, 403, 302, 409, 409, 409]),
        "lesson_complete, without a video": Row(
            f"{COURSE}{free.lesson.slug}/complete/", MOVED, [302, 409, 302, 409, 409, 409]
        ),
        # Its images are not made yet, which is told.
        "lesson_study": Row(study, [302, 403, 200, 200, 200, 200], [302, 403, 409, 409, 409, 409]),
        "figure": Row(f"/figures/{locked.lesson_id}/{closed.pop()}/", LOCKED, REFUSED),
        "figure, in the window of a locked lesson": Row(f"/figures/{locked.lesson_id}/{shown.pop()}/", EVERYONE),
        "figure, open to everyone": Row(f"/figures/{free.lesson_id}/{free.image_ids[0]}/", EVERYONE),
        "figure, by another lesson": Row(
            f"/figures/{free.lesson_id}/{(set(locked.image_ids) - set(free.image_ids)).pop()}/",
            [404, 404, 404, 404, 200, 200],
        ),
    }


def video_rows(world: dict[str, Any]) -> dict[str, Row]:
    locked, free = world["locked"], world["free"]
    video = f"/videos/{locked.lesson_id}/{world['video'].pk}/"
    return {
        "video": Row(video, LOCKED, REFUSED),
        "video_stream": Row(f"{video}360.m3u8", LOCKED, REFUSED),
        "video_poster": Row(f"{video}poster/", LOCKED, REFUSED),
        "video_captions": Row(f"{video}captions/", LOCKED, REFUSED),
        "video, by another lesson": Row(
            f"/videos/{free.lesson_id}/{world['video'].pk}/", [404, 404, 404, 404, 200, 200]
        ),
        "video_bytes": Row(link_to_stream(world["video"].poster.name), EVERYONE, REFUSED),
        "video_bytes, forged": Row("/videos/bytes/x:y:z/", [403] * 6),
    }


def assessment_rows(world: dict[str, Any]) -> dict[str, Row]:
    attempt = f"{COURSE}post-test/{world['open'].pk}/"
    free_check = world["free check"]
    return {
        "post_test": Row(f"{COURSE}post-test/", WITH_ACCESS, [302, 403, 302, 409, 409, 409]),
        "attempt": Row(attempt, OWNER, [302, 405, 405, 405, 405, 405]),
        "attempt_answer": Row(f"{attempt}1/", MOVED, OWNER_POST, {"choice": 0}),
        "attempt_submit": Row(f"{attempt}submit/", MOVED, [302, 404, 409, 404, 404, 404]),
        "pre_test": Row(f"{COURSE}pre-test/", WITH_ACCESS, [302, 403, 302, 302, 302, 302]),
        "check": Row(check(world["check"]), LOCKED, [403, 403, 302, 302, 302, 302], given(world["check"])),
        "check, open to everyone": Row(check(free_check), EVERYONE, [200, 302, 302, 302, 302, 302], given(free_check)),
        "question_picture": Row(picture(world, "check-disc-between-the-limits"), LOCKED, REFUSED),
        "question_picture, of a test": Row(
            picture(world, "mark-for-the-owner"), [404, 404, 200, 404, 200, 200], REFUSED
        ),
    }


def guide_rows(world: dict[str, Any]) -> dict[str, Row]:
    locked = world["locked"]
    return {
        "guides:list": Row("/guides/", EVERYONE, REFUSED),
        "guides:guide": Row("/guides/edge/", EVERYONE, REFUSED),
        "guides:guide, unknown": Row("/guides/no-edge/", NOT_FOUND, REFUSED),
        "guides:card": Row(card_of_guide(world["guide"]), EVERYONE, REFUSED),
        "guides:card, of before": Row("/guides/edge/0f.png", MOVED),
        "guides:card, unknown": Row("/guides/no-edge/0f.png", NOT_FOUND),
        "guides:feed": Row("/guides/feed/", EVERYONE, REFUSED),
        "guides:aid": Row("/guides/aid/calcifications.pdf", EVERYONE, REFUSED),
        "guides:figure": Row(guide_figure(world["guide"]), EVERYONE, REFUSED),
        "guides:figure, of a lesson alone": Row(
            f"/guides/figures/{world['guide'].pk}/{locked.image_ids[0]}/", [404, 404, 404, 404, 200, 200]
        ),
    }


def notebook_rows(world: dict[str, Any]) -> dict[str, Row]:
    locked = world["locked"]
    block = re.search(r'data-block="([^"]+)"', locked.html)[1]
    return {
        "learn": Row("/learn/", SIGNED_IN),
        "lesson_notes": Row(
            f"{COURSE}{locked.lesson.slug}/notes/",
            [302, 403, 200, 200, 200, 200],
            [302, 403, 302, 302, 302, 302],
            {"key": uuid.uuid4(), "kind": "bookmark", "block": block},
        ),
        "notes": Row("/learn/notes/", SIGNED_IN, [302, 405, 405, 405, 405, 405]),
        "notes_export": Row("/learn/notes/export/", SIGNED_IN, [302, 405, 405, 405, 405, 405]),
        "note": Row(f"/learn/notes/{world['note'].pk}/", OWNER, OWNER_POST, {"text": "Written anew."}),
        "note_delete": Row(f"/learn/notes/{world['note'].pk}/delete/", MOVED, [302, 404, 200, 404, 404, 404]),
        "note_restore": Row("/learn/notes/restore/", MOVED, [302, 400, 400, 400, 400, 400], {"kept": "nonsense"}),
        "recall": Row("/learn/recall/", SIGNED_IN, [302, 409, 409, 409, 409, 409]),
        "recall_answer": Row(f"/learn/recall/{world['reviewed']}/", OWNER, [302, 405, 405, 405, 405, 405]),
        "recall_before": Row("/learn/review/", [301] * 6, [308] * 6),
        "recall_answer_before": Row(f"/learn/review/{world['reviewed']}/", [301] * 6, [308] * 6),
    }


def other_page_rows() -> dict[str, Row]:
    return {
        "search": Row("/search/?q=calcifications", EVERYONE, REFUSED),
        **{slug: Row(f"/{slug}/", EVERYONE, REFUSED) for slug in INFORMATION},
        "contact": Row("/contact/", EVERYONE, EVERYONE),
        "mail_webhook": Row("/webhooks/mail/", REFUSED, NOT_FOUND),
    }


def account_rows(world: dict[str, Any]) -> dict[str, Row]:
    return {
        "accounts:mails": Row("/accounts/mails/", SIGNED_IN, MOVED),
        # Whoever holds the mail; what the address opens is tested in tests/accounts/mail/test_preferences.py.
        "accounts:unsubscribe": Row("/accounts/mails/off/x/", NOT_FOUND, NOT_FOUND),
        "accounts:sessions": Row("/accounts/sessions/", SIGNED_IN, MOVED),
        # Of one's own alone: tests/accounts/test_sessions.py.
        "accounts:end_session": Row("/accounts/sessions/1/end/", MOVED, MOVED),
        # Whoever holds the mail; what the address opens is tested in tests/accounts/test_addresses.py.
        "accounts:undo_address_change": Row("/accounts/email/undo/x/", NOT_FOUND, NOT_FOUND),
        "accounts:sign_in_again": Row("/accounts/sign-in-again/", MOVED, MOVED),
        # Without a proof of a few minutes ago both only lead to it: tests/escan/test_own_data.py, test_leaving.py.
        "own_data": Row("/accounts/data/", SIGNED_IN, MOVED),
        "delete_account": Row("/accounts/delete/", SIGNED_IN, MOVED, {"email": "paid@example.org"}),
        "account_deleted": Row("/accounts/deleted/", EVERYONE, REFUSED),
        "accounts:check_address": Row("/accounts/email/check/", MOVED, MOVED),
        "support_answer": Row(f"/accounts/answer/{world['answer']}/", EVERYONE, [422] * 6),
        "support_answer, unknown": Row("/accounts/answer/nothing/", NOT_FOUND, NOT_FOUND),
    }


def credit_rows(world: dict[str, Any]) -> dict[str, Row]:
    return {
        "cme:ledger": Row("/cme/", SIGNED_IN),
        "cme:claim": Row(f"/cme/{SLUG}/", SIGNED_IN, [302, 409, 200, 409, 409, 409]),
        "cme:retry": Row(f"/cme/{SLUG}/retry/", MOVED, [302, 404, 302, 404, 404, 404]),
        "cme:correction": Row(
            f"/cme/{SLUG}/correction/", OWNER, OWNER_POST, {"name": "Rosa Marín López", "reason": "A typing mistake."}
        ),
        "cme:download": Row(f"/cme/certificates/{world['code']}/", OWNER),
        "verify:form": Row("/verify/", EVERYONE),
        "verify:certificate": Row(f"/verify/{world['code']}/", EVERYONE),
        "verify:certificate, unknown": Row("/verify/AAAA-BBBB-CCCC/", NOT_FOUND),
    }


def payment_rows(world: dict[str, Any]) -> dict[str, Row]:
    return {
        "payments:pricing": Row("/pricing/", EVERYONE),
        "payments:payment_return": Row("/pricing/done/?session_id=cs_test_owned", OWNER),
        "payments:purchases": Row("/accounts/purchases/", SIGNED_IN, [302, 405, 405, 405, 405, 405]),
        "payments:receipt": Row(f"/accounts/purchases/{world['bought']}/", OWNER, [302, 405, 405, 405, 405, 405]),
        # The owner has claimed credit, and is told so.
        "payments:billing_details": Row(
            f"/accounts/purchases/{world['bought']}/details/",
            OWNER,
            [302, 404, 303, 404, 404, 404],
            {"name": "Clinic", "address": "1 Road"},
        ),
        "payments:refund": Row(f"/accounts/purchases/{world['bought']}/refund/", OWNER, [302, 404, 303, 404, 404, 404]),
        "payments:paper": Row(f"/accounts/purchases/{world['bought']}/sketch/", OWN_NONE),
        "payments:gifts": Row("/gifts/", SIGNED_IN, SIGNED_IN),
        "payments:gift_address": Row(f"/gifts/given/{world['gift'].pk}/address/", OWNER, OWNER),
        "payments:gift_take_back": Row(f"/gifts/given/{world['gift'].pk}/take-back/", OWNER),
        "payments:gift": Row(f"/gifts/{world['gift'].token}/", EVERYONE, [302, 303, 303, 303, 303, 303]),
        "payments:stripe_webhook": Row("/webhooks/stripe/", REFUSED, [400] * 6),
    }


def reading_rows(world: dict[str, Any]) -> dict[str, Row]:
    return {
        "imaging:practice": Row("/practice/", EVERYONE, REFUSED),
        "imaging:next": Row("/practice/next/", MOVED, [303] * 6),
        "imaging:run": Row(world["run"], OWNER, [302, 405, 405, 405, 405, 405]),
        "imaging:end_run": Row(f"{world['run']}end/", MOVED, [302, 404, 303, 404, 404, 404]),
        "imaging:performance": Row("/practice/performance/", EVERYONE, REFUSED),
        "imaging:reading": Row(world["reading"], OWNER, REFUSED),
        # The viewer sends JSON: tests/imaging/reading/test_views.py.
        "imaging:marks": Row(f"{world['reading']}marks/", OWNER, [302, 404, 400, 404, 404, 404]),
        "imaging:ask": Row(f"{world['reading']}asked/", OWNER, [302, 404, 303, 404, 404, 404], {"what": "side-R"}),
        "imaging:picture": Row(f"{world['reading']}views/lcc/", OWNER, REFUSED),
        "imaging:describe": Row(f"{world['reading']}describe/", MOVED, [302, 404, 422, 404, 404, 404]),
        "imaging:answer": Row(
            f"{world['reading']}answer/", MOVED, [302, 404, 303, 404, 404, 404], {"category": "2", "recall": "no"}
        ),
        "imaging:mark": Row(
            f"{world['reading']}marks/{world['mark']}/",
            [302, 404, 303, 404, 404, 404],
            [302, 404, 303, 404, 404, 404],
            {"remove": "1"},
        ),
        "imaging:lock": Row(f"{world['reading']}lock/", OWNER, [302, 404, 303, 404, 404, 404]),
        "imaging:tile": Row(world["tile"], EVERYONE, REFUSED),
        "imaging:panel": Row("/panel/", SIGNED_IN, REFUSED),
        "imaging:panel_image": Row(world["panel"], [302, 404, 200, 200, 404, 404], [302, 404, 422, 422, 404, 404]),
    }


def set_rows(world: dict[str, Any]) -> dict[str, Row]:
    page, attempt = "/test-sets/calcifications/", world["attempt"]
    return {
        "imaging:test_sets": Row("/test-sets/", EVERYONE, REFUSED),
        "imaging:test_set": Row(page, EVERYONE, REFUSED),
        "imaging:set_progress": Row(f"{page}progress/", [302, 403, 200, 200, 403, 403], REFUSED),
        "imaging:set_begin": Row(f"{page}begin/", MOVED, [302, 302, 303, 303, 302, 302]),
        "imaging:set_consent": Row(f"{page}consent/", MOVED, MOVED, {"give": "1"}),
        "imaging:set_attempt": Row(attempt, OWNER, REFUSED),
        "imaging:set_next": Row(f"{attempt}next/", OWNER_POST, REFUSED),
        "imaging:set_hand_in": Row(f"{attempt}hand-in/", MOVED, [302, 404, 303, 404, 404, 404]),
    }


def sign_in_rows() -> dict[str, Row]:
    return {
        "accounts:profile": Row("/accounts/profile/", SIGNED_IN, SIGNED_IN),
        "accounts:name_preview": Row("/accounts/profile/name/", MOVED, [302, 200, 200, 200, 200, 200], {"name": "Ada"}),
        "accounts:in_words": Row("/accounts/profile/in-words/", MOVED, MOVED),
        "accounts": Row("/accounts/", MOVED),
        "account_login": Row("/accounts/login/", ONLY_SIGNED_OUT),
        "account_logout": Row("/accounts/logout/", SIGNED_IN),
        "account_inactive": Row("/accounts/inactive/", EVERYONE),
        "account_signup": Row("/accounts/signup/", ONLY_SIGNED_OUT),
        "account_reauthenticate": Row("/accounts/reauthenticate/", SIGNED_IN),
        # Without a fresh proof these only lead to it: tests/accounts/test_proof.py.
        "account_email": Row("/accounts/email/", MOVED, MOVED),
        "account_email_verification_sent": Row("/accounts/confirm-email/", MOVED),
        "account_change_password": Row("/accounts/password/change/", MOVED, MOVED),
        "account_set_password": Row("/accounts/password/set/", MOVED),
        "account_reset_password": Row("/accounts/password/reset/", EVERYONE),
        "account_confirm_login_code": Row("/accounts/login/code/confirm/", MOVED),
        "account_confirm_password_reset_code": Row("/accounts/password/reset/confirm/", MOVED),
        "account_complete_password_reset": Row("/accounts/password/reset/complete/", MOVED),
        "account_password_reset_completed": Row("/accounts/password/reset/done/", EVERYONE),
        "account_request_login_code": Row("/accounts/login/code/", ONLY_SIGNED_OUT),
    }


def second_factor_rows() -> dict[str, Row]:
    return {
        "mfa_index": Row("/accounts/2fa/", SIGNED_IN),
        # Their own tests are in tests/accounts/test_second_factor.py: who changes anything proves again who it is.
        "mfa_authenticate": Row("/accounts/2fa/authenticate/", MOVED, MOVED),
        "mfa_reauthenticate": Row("/accounts/2fa/reauthenticate/", MOVED, MOVED),
        "mfa_activate_totp": Row("/accounts/2fa/totp/activate/", MOVED, MOVED),
        "mfa_deactivate_totp": Row("/accounts/2fa/totp/deactivate/", MOVED, MOVED),
        "mfa_view_recovery_codes": Row("/accounts/2fa/recovery-codes/", MOVED),
        "mfa_generate_recovery_codes": Row("/accounts/2fa/recovery-codes/generate/", MOVED, MOVED),
        "mfa_download_recovery_codes": Row("/accounts/2fa/recovery-codes/download/", MOVED),
        "mfa_list_webauthn": Row("/accounts/2fa/webauthn/", MOVED),
        "mfa_add_webauthn": Row("/accounts/2fa/webauthn/add/", MOVED, MOVED),
        "mfa_reauthenticate_webauthn": Row("/accounts/2fa/webauthn/reauthenticate/", MOVED, MOVED),
        "mfa_remove_webauthn": Row("/accounts/2fa/webauthn/keys/1/remove/", MOVED, MOVED),
        "mfa_edit_webauthn": Row("/accounts/2fa/webauthn/keys/1/edit/", MOVED, MOVED),
    }


def studio_rows() -> dict[str, Row]:
    return {
        "studio/login": Row("/studio/login/", MOVED),
        "studio/password_reset": Row("/studio/password_reset/", MOVED),
        "^studio/password_reset/.+$": Row("/studio/password_reset/confirm/Mg/set-password/", MOVED),
        "studio/logout": Row("/studio/logout/", STAFF),
        "media": Row("/studio/media/images/one.png", STAFF),
        "studio": Row("/studio/", STAFF),
    }


def rows(world: dict[str, Any]) -> dict[str, Row]:
    """By the name of the address in the URL configuration, in the order in which they are asked."""
    return {
        **page_rows(world),
        **course_rows(world),
        **video_rows(world),
        **assessment_rows(world),
        **guide_rows(world),
        **notebook_rows(world),
        **other_page_rows(),
        **account_rows(world),
        **credit_rows(world),
        **payment_rows(world),
        **reading_rows(world),
        **set_rows(world),
        **sign_in_rows(),
        **second_factor_rows(),
        **studio_rows(),
    }


def names(patterns: list[URLPattern | URLResolver], prefix: str = "", namespace: str = "") -> Iterator[str]:
    """The names of our addresses; what Wagtail has under /studio/ is tested with the studio."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else path.rstrip("/")
        elif path != "studio/":
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, path, inner)


def test_permissions(world: dict[str, Any], request: pytest.FixtureRequest, client_for: Callable[..., Client]) -> None:
    assert set(names(get_resolver().url_patterns)) - set(rows(world)) == set()
    people = {name: None if name == "stranger" else request.getfixturevalue(name) for name in CAST}
    expected, seen, empty = {}, {}, set()
    for name, row in rows(world).items():
        given = {"GET": [client_for(user).get(row.address) for user in people.values()]}
        expected[name, "GET"] = row.get
        if row.post is not None:
            expected[name, "POST"] = row.post
            given["POST"] = [client_for(user).post(row.address, row.data) for user in people.values()]
        for method, responses in given.items():
            seen[name, method] = [answer.status_code for answer in responses]
            empty |= {
                (name, method) for answer in responses if answer.status_code == 405 and b"<h1>" not in answer.content
            }
    assert seen == expected
    # Whatever an address does not take, there is a page that says so.
    assert {name for name, method in empty} == {
        "favicon",
        "service_worker",
        "manifest",
        "offline",
        "imaging:tile",
    }  # no person sends them a form
    # What was refused has changed nothing: the owner's open attempt has only the owner's answer.
    answers = {question.position: question.answer for question in world["open"].questions.all()}
    assert answers == {position: 0 if position == 1 else None for position in answers}
    others = Attempt.objects.exclude(user=people["learner_with_access"])
    assert set(others.values_list("user__email", "purpose", "submitted_at")) == {
        (people[name].email, "pre", None) for name in ("other_learner", "author", "admin")
    }
    assert not CheckAnswer.objects.filter(user=people["learner"]).exclude(question=world["free check"]).exists()
    assert list(Claim.objects.exclude(user=people["learner_with_access"])) == []
    assert not ContactMessage.objects.exists()
    assert not Refund.objects.exists()
    assert not SetAttempt.objects.handed_in().exists()
    assert not PanelAnswer.objects.exists()
    locked = Reading.objects.exclude(locked_at=None).values_list("user__email", flat=True)
    assert list(locked) == [people["learner_with_access"].email]
    # The owner deleted the note at last; whoever may open the lesson has a bookmark in it.
    marked = Note.objects.order_by("pk").values_list("user__email", "kind", "text")
    readers = [people[name] for name in CAST[2:]]
    assert list(marked) == [(person.email, "bookmark", "") for person in readers]
    assert not User.objects.exclude(deleted_at=None).exists()
    assert User.objects.count() == len(CAST) - 1
    assert list(Gift.objects.values_list("recipient", "accepted_at", "taken_back_at")) == [
        ("friend@example.org", None, None)
    ]
