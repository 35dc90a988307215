"""What stands between a learner and the completion of a course."""

from dataclasses import dataclass

from accounts.models import User
from courses.assessment.models.attempts import Attempt
from courses.learning.queries.outlines import Outline, OutlineLesson
from courses.writing.queries import may_open_everything


@dataclass(frozen=True)
class Left:
    """Read from the very outline that `start_attempt` and `complete_lesson` decide by, so that it cannot disagree."""

    lessons: list[OutlineLesson]
    post_test: bool
    """Still to be passed."""
    is_post_test_open: bool
    attempt: Attempt | None
    needs_access: bool

    @property
    def unwatched_seconds(self) -> int:
        return sum(video.left for item in self.lessons for video in item.unwatched)

    @property
    def unanswered(self) -> int:
        return sum(len(item.unanswered) for item in self.lessons)


def get_left(outline: Outline, *, user: User, attempt: Attempt | None) -> Left:
    """`attempt` is the one that is open. No query beside that for access, which is asked once a request."""
    return Left(
        lessons=[] if outline.is_completed else outline.remaining,
        post_test=not outline.is_completed,
        is_post_test_open=outline.standing.is_post_test_open,
        attempt=attempt,
        needs_access=not (outline.is_completed or may_open_everything(user)),
    )
