"""When a question is asked again. Pure, in days of the learner's calendar; the one module that knows FSRS."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from fsrs import Card, Rating, Scheduler, State

LEARNED_WELL = 180
"""Days of stability after which a question that was answered right, and surely, rests."""

# Steps of minutes are for cards that are learned by heart in one sitting. Here an answer is explained at once and the
# question comes another day, so each rating is the day's only one. Chance would make the forecast untrue.
SCHEDULER = Scheduler(
    desired_retention=0.9,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LEARNED_WELL,
    enable_fuzzing=False,
)


@dataclass(frozen=True)
class Memory:
    """How well a question is remembered, as FSRS has it."""

    stability: float
    """Days until nine of ten such memories are still there."""
    difficulty: float
    """1 to 10."""
    rating: int
    rated_on: date
    due_on: date

    @property
    def is_learned_well(self) -> bool:
        return self.rating == Rating.Good and self.stability >= LEARNED_WELL


def rate(*, is_right: bool, is_unsure: bool) -> Rating:
    """Easy is never given: nobody is asked for it, and a right answer alone does not tell it."""
    if not is_right:
        return Rating.Again
    return Rating.Hard if is_unsure else Rating.Good


def remember(memory: Memory | None, *, rating: int, day: date) -> Memory:
    """The memory after a rating on that day; due on a later day always."""
    if memory is not None:
        # Who travels west, or sets another time zone, may live a day twice.
        day = max(day, memory.rated_on)
    card, _log = SCHEDULER.review_card(_as_card(memory), Rating(rating), _midnight(day))
    assert card.stability is not None and card.difficulty is not None  # noqa: S101 - a rated card has them
    return Memory(card.stability, card.difficulty, rating, day, card.due.date())


def _as_card(memory: Memory | None) -> Card:
    # With an id it does not wait for a clock to make one.
    if memory is None:
        return Card(card_id=0)
    return Card(
        card_id=0,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_midnight(memory.due_on),
        last_review=_midnight(memory.rated_on),
    )


def _midnight(day: date) -> datetime:
    """FSRS counts whole days, in UTC: so the hour of an answer does not matter."""
    return datetime.combine(day, time(), UTC)
