"""What credit follows from how long an activity takes."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cme.activities.models import QUARTER, Activity
from courses.timing.queries import CourseTime, Opinion, measure_course

# An hour is a credit, in steps of 15 minutes, rounded to the nearest (AMA PRA booklet 2006, quoted at
# bumc.bu.edu/cme/activity-planning/cme-credit and by AOE Consulting; both seen on 2026-11-28).
QUARTER_HOUR = Decimal(15)


def credit_for(minutes: Decimal | int) -> Decimal:
    """0 for less than half a quarter of an hour: of that no credit can be designated."""
    return (Decimal(minutes) / QUARTER_HOUR).quantize(Decimal(1), ROUND_HALF_UP) * QUARTER


@dataclass(frozen=True)
class OpinionInCredits:
    opinion: Opinion

    @property
    def test_alone(self) -> Decimal:
        return credit_for(self.opinion.test_alone)

    @property
    def with_checks(self) -> Decimal:
        return credit_for(self.opinion.with_checks)


@dataclass(frozen=True)
class ActivityTime:
    """What is designated beside what the course says, what the method gives, and the second opinion."""

    designated: Decimal
    course_minutes: int
    time: CourseTime

    @property
    def by_course(self) -> Decimal:
        return credit_for(self.course_minutes)

    @property
    def by_lessons(self) -> Decimal:
        return credit_for(self.time.stated)

    @property
    def by_method(self) -> Decimal:
        return credit_for(self.time.minutes)

    @property
    def by_mergener(self) -> Decimal:
        return credit_for(self.time.second_opinion.test_alone)

    @property
    def follows(self) -> Decimal:
        """The smaller of the two, until a pilot has shown how long learners take (decision 50)."""
        return min(self.by_method, self.by_mergener)

    @property
    def opinions(self) -> list[OpinionInCredits]:
        return [OpinionInCredits(each) for each in self.time.opinions]

    @property
    def is_above(self) -> bool:
        return self.designated > self.follows

    @property
    def is_below(self) -> bool:
        return self.designated < self.follows


def measure_activity(activity: Activity) -> ActivityTime:
    return ActivityTime(activity.max_credits, activity.course.minutes, measure_course(activity.course))
