"""Reads of activities: what a course offers, and whether credit can be claimed now."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext

from accounts.models import Profession, User
from cme import errors
from cme.activities.models import Activity, CreditType
from core.dates import format_day
from courses.models import Completion, Course
from courses.writing.published import kept_until_published


def get_activity(course: Course) -> Activity | None:
    """The course's activity with its credit types, or None where the course offers no credit. Two queries."""
    return Activity.objects.filter(course=course).select_related("course").prefetch_related("credit_types").first()


def get_first_day(course: Course) -> date | None:
    """On which a completion earns credit; None where the course offers none."""
    return Activity.objects.filter(course=course).values_list("released_on", flat=True).first()


@kept_until_published
def offers_credit(course_id: int, today: date) -> bool:
    """Whether credit of the course can be claimed on this day."""
    return Activity.objects.claimable(today).filter(course=course_id).exists()


@kept_until_published
def get_credit_types() -> dict[int, CreditType]:
    """Every type of credit by its key."""
    return CreditType.objects.in_bulk()


def credit_type_for(activity: Activity, profession: str) -> CreditType:
    """The type that is awarded to the profession, or the one for everyone else."""
    types = list(activity.credit_types.all())
    for each in types:
        if profession in each.professions:
            return each
    for each in types:
        if not each.professions:
            return each
    raise errors.NoCreditForProfession(gettext("This activity offers no credit for your profession."))


def check_dates(activity: Activity, completion: Completion, *, now: datetime, user: User) -> None:
    """All by the learner's own calendar, like the date of completion."""
    today = now.astimezone(user.zone).date()
    if activity.designated_on is None or today < activity.designated_on:
        raise errors.NotDesignated(gettext("This activity has not been designated for credit yet."))
    if completion.completed_on < activity.released_on:
        raise errors.NotDesignated(
            gettext(
                "You completed the course on {completed_on}, before it was released for credit on "
                "{released_on}. Credit cannot be designated afterwards."
            ).format(completed_on=format_day(completion.completed_on), released_on=format_day(activity.released_on))
        )
    if today > activity.expires_on:
        raise errors.Expired(
            gettext("Credit for this activity could be claimed until {expires_on}.").format(
                expires_on=format_day(activity.expires_on)
            )
        )


class Gain(NamedTuple):
    """What can be earned of one type of credit."""

    credit_type: CreditType
    credits: Decimal
    """At most."""
    courses: int


class Award(NamedTuple):
    """What the same for several professions can be earned."""

    professions: tuple[str, ...]
    """As people read them."""
    gains: tuple[Gain, ...]
    """Empty where none of the activities has credit for them."""


def get_claimable_activities(today: date) -> list[Activity]:
    """Of published courses, those whose credit was designated and can be claimed today. Two queries."""
    activities = Activity.objects.claimable(today).filter(course__live=True)
    known = activities.select_related("course").prefetch_related("credit_types")
    return list(known.order_by("course__position", "course__title"))


def get_claimable_activity(course: Course, today: date) -> Activity | None:
    """The course's activity, or None where no credit of it can be claimed today. Two queries."""
    claimable = Activity.objects.claimable(today).filter(course=course)
    return claimable.select_related("course").prefetch_related("credit_types").first()


def get_awards(activities: Iterable[Activity]) -> tuple[Award, ...]:
    """What these activities give together, to each profession; those that receive the same are told together."""
    known = list(activities)
    groups: dict[tuple[Gain, ...], list[str]] = defaultdict(list)
    for profession in Profession:
        groups[_get_gains(known, profession)].append(str(profession.label))
    return tuple(Award(tuple(professions), gains) for gains, professions in groups.items())


def _get_gains(activities: list[Activity], profession: str) -> tuple[Gain, ...]:
    earned: dict[CreditType, list[Decimal]] = defaultdict(list)
    for activity in activities:
        try:
            earned[credit_type_for(activity, profession)].append(activity.max_credits)
        except errors.NoCreditForProfession:
            continue
    return tuple(Gain(credit_type, sum(each, Decimal(0)), len(each)) for credit_type, each in earned.items())
