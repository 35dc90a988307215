"""How far a learner is in a course, and whether the post-test is open: decided here alone. Pure, from counts."""

from dataclasses import dataclass


def percent_of(completed: int, required: int) -> int:
    """Share of the required lessons that are completed, 0 to 100, rounded down."""
    return 100 * completed // required if required else 0


@dataclass(frozen=True)
class Standing:
    published: int
    """Lessons of the course."""
    required: int
    """Of these."""
    completed: int
    """Of the required ones."""
    has_completed_lessons: bool
    """Written once; lessons that come later reopen nothing."""
    is_completed: bool
    """The course."""
    percent_reached: int = 0
    """What the learner saw before; lessons that come later take nothing away from it."""

    @property
    def has_no_lesson_left(self) -> bool:
        return self.published > 0 and (self.has_completed_lessons or self.completed >= self.required)

    @property
    def is_post_test_open(self) -> bool:
        """Who has passed may take it again."""
        return self.is_completed or self.has_no_lesson_left

    @property
    def awaits_post_test(self) -> bool:
        """Nothing but the post-test stands between the learner and the completion of the course."""
        return self.has_no_lesson_left and not self.is_completed

    @property
    def percent(self) -> int:
        """Share of the required lessons that are completed, 0 to 100. What the learner reached stays."""
        if self.is_post_test_open:
            return 100
        return max(percent_of(self.completed, self.required), self.percent_reached)
