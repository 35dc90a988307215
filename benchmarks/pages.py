"""The requests that are measured: for each page, what a browser of each of some learners would send."""

import json
import re
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from hmac import new as hmac
from itertools import count

from django.conf import settings

from benchmarks.request import Request
from benchmarks.seed import VIDEO_SECONDS, session_key
from benchmarks.visits import COURSE, LESSON, VISITS
from cme.models import Certificate
from courses.models import LessonRendering
from guides.queries import get_guides

Visit = list[Request]

LEARNERS = 50
CSRF = "c" * 32
STRANGERS = count()
REPORTS = count()


def learners(total: int) -> list[str]:
    """Some of them, spread evenly over all."""
    return [f"bench-{n}@example.org" for n in range(0, total, max(1, total // LEARNERS))][:LEARNERS]


def signed_in(email: str) -> dict[str, str]:
    return {"Cookie": f"sessionid={session_key(email)}; csrftoken={CSRF}"}


def pages(total: int) -> dict[str, Callable[[], Sequence[Visit]]]:
    """Each page's name and what asks for it, once a learner; a visit takes several requests."""
    people = learners(total)
    lesson = f"/courses/{COURSE}/{LESSON}/"

    def asked_by_learners(path: str) -> Callable[[], list[Visit]]:
        return lambda: [[Request(path, headers=signed_in(email))] for email in people]

    def alone(ask: Callable[[], list[Request]]) -> Callable[[], list[Visit]]:
        return lambda: [[request] for request in ask()]

    return {
        "bare": asked_by_learners("/bare/"),
        "home": alone(lambda: [Request("/")]),
        "catalogue": alone(lambda: [Request("/courses/")]),
        "course for strangers": alone(lambda: [Request(f"/courses/{COURSE}/")]),
        "guides": alone(lambda: [Request("/guides/")]),
        "guide": alone(lambda: [Request(first_guide())]),
        **{name: partial(visits, people, name) for name in VISITS},
        "lesson": asked_by_learners(lesson),
        "saving progress": alone(lambda: save_progress(people, lesson)),
        "saving watched time": alone(lambda: save_watched(people, lesson)),
        "verification": alone(lambda: verifications(people)),
        "webhook": alone(lambda: [webhook()]),
    }


def first_guide() -> str:
    guide = get_guides().first()
    if guide is None:
        raise SystemExit("content/guides/ has no guide to measure.")
    return guide.get_absolute_url()


def visits(people: list[str], name: str) -> list[Visit]:
    """As benchmarks/visits.py says that a browser does."""
    (_, start), *more = VISITS[name]
    saved: list[list[Request]] = [save_progress(people, start) for _ in more]
    return [
        [Request(start, headers=signed_in(email)), *(each[number] for each in saved)]
        for number, email in enumerate(people)
    ]


def save_progress(people: list[str], lesson: str) -> list[Request]:
    html = LessonRendering.objects.filter(lesson__slug=LESSON).latest("pk").html
    blocks = re.findall(r'id="b-([0-9a-f-]{36})"', html)
    extra = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
    return [
        Request(f"{lesson}position/", "POST", signed_in(email) | extra, f"block={blocks[number % len(blocks)]}")
        for number, email in enumerate(people)
    ]


def save_watched(people: list[str], lesson: str) -> list[Request]:
    """A report as the player sends it: fifteen seconds of a video, never the same ones in two turns."""
    text = LessonRendering.objects.filter(lesson__slug=LESSON).latest("pk")
    start = 15 * next(REPORTS)
    return [
        replace(
            request,
            body=f"{request.body}&video={text.video_ids[0]}&batch={uuid.uuid4()}"
            f"&runs={start % VIDEO_SECONDS}-{start % VIDEO_SECONDS + 15}&position={start % VIDEO_SECONDS}",
        )
        for request in save_progress(people, lesson)
    ]


def verifications(people: list[str]) -> list[Request]:
    certificates = Certificate.objects.filter(claim__user__email__in=people)
    return [Request(certificate.get_absolute_url(), headers=stranger()) for certificate in certificates]


def stranger() -> dict[str, str]:
    """Nobody who has asked before: one who asks too often is told to wait."""
    number = next(STRANGERS)
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def webhook() -> Request:
    """An event that nobody has sent before, signed now; of a kind that the academy keeps and does not act on."""
    now = int(time.time())
    body = json.dumps(
        {
            "id": f"evt_{uuid.uuid4().hex}",
            "object": "event",
            "type": "customer.updated",
            "created": now,
            "livemode": False,
            "api_version": None,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": {"object": {"id": f"cus_{uuid.uuid4().hex}", "object": "customer"}},
        }
    )
    signature = hmac(settings.STRIPE_WEBHOOK_SECRET.encode(), f"{now}.{body}".encode(), "sha256").hexdigest()
    headers = {"Content-Type": "application/json", "Stripe-Signature": f"t={now},v1={signature}"}
    return Request("/webhooks/stripe/", "POST", headers, body)
