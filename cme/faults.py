"""What an accredited activity lacks, told with its course (decision 71; /docs/credit.md).

All of it is advice to authors, for publishing a lesson must not wait for the office of CME; the home of the studio
tells the office what is so of live courses.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext

from cme.activities.formats import format_credits
from cme.activities.models import Activity
from cme.activities.time import credit_for
from core.dates import format_day
from core.faults import Found, Place, rule
from courses.faults.known import Known
from courses.faults.reading import CourseText
from courses.models import Course

SOON = timedelta(days=90)
"""A review takes about a quarter of a year."""
RULES_OLD = timedelta(days=365)
# What learners must be told before they begin, and an accreditor looks for (ACCME and AMA).
TOLD = (
    "provider",
    "accreditation_statement",
    "designation_statement",
    "learning_format",
    "medium",
    "method",
    "support_statement",
    "contact",
)


def read_activities(known: Known) -> dict[int, Activity]:
    """By the courses that are looked at together. Two queries."""
    keys = [course.pk for course in known.courses_asked if course.pk]
    rows = Activity.objects.filter(course__in=keys).prefetch_related("credit_types")
    return {row.course_id: row for row in rows}


def find_activity(course: CourseText) -> Activity | None:
    return course.known.once(read_activities).get(course.pk or 0)


def get_place(activity: Activity, course: CourseText) -> Place:
    return Place(Activity, activity.pk, course.title)


@rule("activity-expired", Course, is_watched=True)
def can_still_be_claimed(course: CourseText) -> Iterator[Found]:
    """Credit can still be claimed.

    ACCME, enduring materials: a termination date, three years after release or review at most.
    """
    activity = find_activity(course)
    if activity is not None and activity.expires_on < get_today():
        told = gettext("Its credit could be claimed until {day}: review the course and renew the activity.")
        yield Found(told.format(day=format_day(activity.expires_on)), "expires_on", place=get_place(activity, course))


@rule("activity-expires-soon", Course, is_watched=True)
def can_be_claimed_for_a_while(course: CourseText) -> Iterator[Found]:
    """Credit can be claimed for three months more: a review takes that long."""
    activity, today = find_activity(course), get_today()
    if activity is not None and today <= activity.expires_on <= today + SOON:
        told = gettext("Its credit can be claimed until {day}: begin the review now.")
        yield Found(told.format(day=format_day(activity.expires_on)), "expires_on", place=get_place(activity, course))


@rule("activity-expires-late", Course, is_watched=True)
def is_reviewed_in_time(course: CourseText) -> Iterator[Found]:
    """It expires no later than the years between two reviews allow.

    ACCME: at least once every three years (accme.org/faq/9626).
    """
    activity = find_activity(course)
    if activity is not None and activity.expires_on > activity.latest_expiry:
        told = gettext("It expires later than {years} years after release or review: bring the day forward.")
        yield Found(told.format(years=activity.review_years), "expires_on", place=get_place(activity, course))


@rule("activity-not-designated", Course, is_watched=True)
def is_designated(course: CourseText) -> Iterator[Found]:
    """Credit is designated before the release, and never afterwards.

    AMA PRA: designated in advance.
    """
    activity = find_activity(course)
    if activity is not None and (activity.designated_on is None or activity.designated_on > activity.released_on):
        told = gettext("No credit was designated before its release: record the day, or nobody can claim.")
        yield Found(told, "designated_on", place=get_place(activity, course))


@rule("activity-no-credit-types", Course, is_watched=True)
def has_types_of_credit(course: CourseText) -> Iterator[Found]:
    """It offers a type of credit."""
    activity = find_activity(course)
    if activity is not None and not activity.credit_types.all():
        told = gettext("It offers no type of credit: choose them.")
        yield Found(told, "credit_types", place=get_place(activity, course))


@rule("activity-untold", Course, is_watched=True)
def tells_what_must_be_told(course: CourseText) -> Iterator[Found]:
    """Learners are told before they begin by whom, how, with whose support, and whom to ask.

    ACCME, enduring materials; AMA PRA booklet.
    """
    activity = find_activity(course)
    if activity is None:
        return
    for name in TOLD:
        if not str(getattr(activity, name)).strip():
            label = str(Activity._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            told = gettext("It does not tell learners its {field}.").format(field=label)
            yield Found(told, name, place=get_place(activity, course))


@rule("activity-no-partners", Course, is_watched=True)
def names_its_partners(course: CourseText) -> Iterator[Found]:
    """What is jointly provided names with whom (ACCME, the statement for joint providers)."""
    activity = find_activity(course)
    if activity is not None and activity.sponsorship == "joint" and not activity.partners.strip():
        yield Found(gettext("Name who provides it jointly."), "partners", place=get_place(activity, course))


@rule("activity-no-faculty", Course, is_watched=True)
def names_who_is_in_control(course: CourseText) -> Iterator[Found]:
    """Whoever controls the content is named, each with a disclosure.

    ACCME, Standards for Integrity and Independence (2020), standard 3.
    """
    activity = find_activity(course)
    if activity is not None and not course.faculty:
        told = gettext("The course offers credit and names nobody who made it: name each, with a disclosure.")
        yield Found(told, "faculty")


@rule("activity-no-audience", Course, is_watched=True)
def says_for_whom_it_is(course: CourseText) -> Iterator[Found]:
    """A course with credit says for whom it is, and what its objectives are."""
    if find_activity(course) is None:
        return
    if not course.audience.strip():
        yield Found(gettext("The course offers credit and does not say for whom it is."), "audience")
    if not course.objectives:
        yield Found(gettext("The course offers credit and names no objective."), "objectives")


@rule("activity-credits-above-minutes", Course, is_watched=True)
def credit_fits_the_time(course: CourseText) -> Iterator[Found]:
    """No more credit is designated than the minutes of the course come to, a credit an hour (decision 50)."""
    activity = find_activity(course)
    if activity is not None and activity.max_credits > (fitting := credit_for(Decimal(course.minutes))):
        told = gettext(
            "{credits} credits are designated, and the course says {minutes} minutes, which come to {fitting}."
        )
        given = {"credits": format_credits(activity.max_credits), "fitting": format_credits(fitting)}
        place = get_place(activity, course)
        yield Found(told.format(minutes=course.minutes, **given), "max_credits", place=place)


@rule("activity-rules-old", Course, is_watched=True)
def rules_were_looked_at(course: CourseText) -> Iterator[Found]:
    """The rules of a type of credit were looked up within a year: they belong to somebody else, and change."""
    activity = find_activity(course)
    for credit_type in activity.credit_types.all() if activity else ():
        if credit_type.checked_on < get_today() - RULES_OLD:
            told = gettext("The rules of “{name}” were looked up on {day}: look again, and note the day.")
            place = Place(type(credit_type), credit_type.pk, credit_type.name)
            yield Found(
                told.format(name=credit_type.name, day=format_day(credit_type.checked_on)), "checked_on", place=place
            )


def get_today() -> date:
    return timezone.localdate()
