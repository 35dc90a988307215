"""What somebody did in a preview: it lies in a signed cookie of their browser, and nowhere else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from courses.assessment.models.attempts import AttemptPurpose

COOKIE = "preview"
LASTS = timedelta(hours=12)
MOST_BYTES = 3800
"""Browsers take 4096, the cookie's name and attributes with it."""


@dataclass
class Try:
    """One go at a test. Its number is the second in which it began; the order of its choices follows from it."""

    number: int
    purpose: str
    asked: list[int]
    """The keys of the questions, in order."""
    answers: dict[int, Any] = field(default_factory=dict)
    """By the key of the question, and so is of which the learner is unsure."""
    unsure: set[int] = field(default_factory=set)
    is_handed_in: bool = False

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.number, UTC)


@dataclass
class Walk:
    answers: dict[int, Any] = field(default_factory=dict)
    """To checks, by the key of the question."""
    completed: set[int] = field(default_factory=set)
    """The keys of lessons."""
    tries: list[Try] = field(default_factory=list)

    def begin(self, purpose: AttemptPurpose, asked: list[int]) -> Try:
        last = max((each.number for each in self.tries), default=0)
        begun = Try(max(int(timezone.now().timestamp()), last + 1), purpose, asked)
        self.tries.append(begun)
        return begun

    def drop_oldest(self) -> None:
        """What came first goes first where a browser has no room for all; the newest try stays."""
        if len(self.tries) > 1:
            del self.tries[0]
        elif self.answers:
            del self.answers[next(iter(self.answers))]
        elif self.tries:
            self.tries.clear()
        else:
            self.completed.clear()


def read_walk(request: HttpRequest, course_id: int) -> Walk:
    """An empty one where there is none, or where it is somebody else's."""
    try:
        data = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_get_salt(request, course_id), max_age=LASTS)
    except signing.BadSignature:
        return Walk()
    return Walk(
        answers={int(key): answer for key, answer in data["a"].items()},
        completed=set(data["c"]),
        tries=[
            Try(number, purpose, asked, {int(at): answer for at, answer in answers.items()}, set(unsure), is_handed_in)
            for number, purpose, asked, answers, unsure, is_handed_in in data["t"]
        ],
    )


def write_walk(response: HttpResponseBase, request: HttpRequest, course_id: int, walk: Walk, *, path: str) -> None:
    while len(token := _sign(walk, _get_salt(request, course_id))) > MOST_BYTES:
        walk.drop_oldest()
    response.set_cookie(COOKIE, token, path=path, secure=request.is_secure(), httponly=True, samesite="Lax")


def _sign(walk: Walk, salt: str) -> str:
    tries = [[t.number, t.purpose, t.asked, t.answers, sorted(t.unsure), t.is_handed_in] for t in walk.tries]
    data = {"a": walk.answers, "c": sorted(walk.completed), "t": tries}
    return signing.dumps(data, salt=salt, compress=True)


def _get_salt(request: HttpRequest, course_id: int) -> str:
    return f"escan.preview:{request.user.pk}:{course_id}"
