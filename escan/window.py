"""The shop window: what the courses hold, what each profession receives, and a question to try (decision 51).

All of it is counted from what is published, and kept until something else is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from cme.activities.formats import write_award
from cme.activities.models import Activity
from cme.activities.queries import get_awards, get_claimable_activities
from cme.certificates.wording import trademarks
from courses.assessment.asking import describe, freeze
from courses.assessment.errors import CheckChanged
from courses.assessment.forms import CheckForm
from courses.assessment.kinds import get_kind
from courses.assessment.kinds.base import Asked
from courses.assessment.queries.checks import get_check_to_try
from courses.assessment.services.checks import read_check
from courses.errors import LearningError
from courses.learning.queries.holdings import Holding, get_holdings
from courses.models import Course, Lesson, Question
from courses.writing.published import kept_until_published
from courses.writing.queries import Sample, get_courses, get_samples
from courses.writing.window import Picture, get_covers
from payments.offers import Offer


class CatalogueEntry(NamedTuple):
    pk: int
    title: str
    url: str
    summary: str
    minutes: int
    max_credits: Decimal | None
    """None where no credit of the course can be claimed."""
    holding: Holding
    pictures: tuple[Picture, ...]

    @property
    def lesson_count(self) -> int:
        return self.holding.lessons


def as_entries(
    courses: Iterable[Any], holdings: dict[int, Holding], activities: Iterable[Activity]
) -> tuple[CatalogueEntry, ...]:
    covers = get_covers()
    claimable = {activity.course_id: activity.max_credits for activity in activities}
    return tuple(
        CatalogueEntry(
            course.pk,
            course.title,
            course.get_absolute_url(),
            course.summary,
            course.minutes,
            claimable.get(course.pk),
            holdings.get(course.pk, Holding()),
            covers.get(course.pk, ()),
        )
        for course in courses
    )


def get_catalogue() -> tuple[CatalogueEntry, ...]:
    """Every course, as the lists of courses show it."""
    return get_catalogue_and_awards()[0]


@kept_until_published
def get_catalogue_and_awards() -> tuple[tuple[CatalogueEntry, ...], SafeString]:
    """Every course, and what they give together to each profession."""
    activities = get_claimable_activities(timezone.now().date())
    entries = as_entries(get_courses().defer("description"), get_holdings().courses, activities)
    return entries, render_awards(activities)


# --- What each profession receives ------------------------------------------------------------------


class Specimen(NamedTuple):
    """The words of a certificate of the first course, as whoever receives the first type of credit would get it."""

    heading: str
    did: str
    course: str
    award: str
    trademarks: tuple[str, ...]
    provider: str


def render_awards(activities: list[Activity]) -> SafeString:
    """Of activities that can be claimed; nothing where there are none."""
    if not activities:
        return SafeString()
    return render_to_string("escan/_receives.html", describe_awards(activities))


def describe_awards(activities: list[Activity]) -> dict[str, Any]:
    is_demonstration = any(activity.is_demonstration for activity in activities)
    return {"awards": get_awards(activities) if activities else (), "is_demonstration": is_demonstration}


def make_specimen(activities: Iterable[Activity]) -> Specimen | None:
    for activity in activities:
        for gain in (gain for award in get_awards([activity]) for gain in award.gains):
            return Specimen(
                gain.credit_type.heading,
                activity.learning_format.lower(),
                activity.course.title,
                write_award(activity, gain.credit_type, gain.credits),
                trademarks(activity.credit_types.all()),
                activity.provider_in_full,
            )
    return None


# --- The front page ---------------------------------------------------------------------------------


class Front(NamedTuple):
    courses: tuple[CatalogueEntry, ...]
    first: Course | None
    holding: Holding
    samples: dict[str, Sample]
    awards: SafeString
    specimen: Specimen | None
    teachers: SafeString


@kept_until_published
def get_front() -> Front:
    courses = list(get_courses().select_related("activity"))
    first = courses[0] if courses else None
    people = {"people": first.faculty.all() if first else ()}
    holdings, activities = get_holdings(), get_claimable_activities(timezone.now().date())
    return Front(
        as_entries(courses, holdings.courses, activities),
        first,
        holdings.everything,
        get_samples(),
        render_awards(activities),
        make_specimen(activities),
        render_to_string("courses/writing/_people.html", people),
    )


@dataclass(frozen=True)
class Trial:
    """The question on the front page, asked or explained."""

    lesson: Lesson
    question: Question
    asked: Asked
    error: str = ""


def try_question(data: QueryDict) -> Trial | None:
    """Answered by the address, which changes nothing: so the page that everybody gets needs no token, and no script."""
    found = get_check_to_try()
    if found is None:
        return None
    lesson, question = found
    error, given = "", None
    if "revision" in data:
        try:
            return Trial(lesson, question, _explain(question, data))
        except CheckChanged as refused:
            error = str(refused)
        except LearningError as refused:
            error, given = str(refused), get_kind(question.kind).get_given(data)
    return Trial(lesson, question, describe(freeze(question, None), given, is_told=False), error)


def _explain(question: Question, data: QueryDict) -> Asked:
    form = CheckForm(data)
    if not form.is_valid():
        raise CheckChanged
    answer = get_kind(question.kind).read_answer(data)
    content = read_check(question=question, revision_id=form.cleaned_data["revision"], answer=answer)
    return describe(content, answer, is_told=True)


# --- The page of the price --------------------------------------------------------------------------


@kept_until_published
def get_offer() -> Offer:
    """What the price opens, for the page of the price (payments.offers)."""
    context = {
        "holding": get_holdings().everything,
        "courses": get_courses().count(),
        **describe_awards(get_claimable_activities(timezone.now().date())),
    }
    return Offer(*(render_to_string(f"escan/_offer_{part}.html", context) for part in Offer._fields))
