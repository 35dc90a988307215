"""What the pages that join apps tell engines and who gets a link to them (core/heads.py)."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from core.cards import Card, choose_figure
from core.heads import (
    ACADEMY,
    LANGUAGE,
    Head,
    Node,
    absolute,
    describe_academy,
    describe_list,
    describe_way,
)
from courses.models import Course, Lesson
from courses.writing.published import kept_until_published
from courses.writing.queries import get_open_pictures
from payments.money import format_price, to_units


@kept_until_published
def get_home_head() -> Head:
    description = gettext(
        "Radiology courses for physicians. Study the signs, pass the post-test, claim CME credit. "
        "{price} once opens every course."
    ).format(price=format_price(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY))
    path = reverse("home")
    site = {
        "@type": "WebSite",
        "@id": absolute(f"{path}#site"),
        "url": absolute(path),
        "name": ACADEMY,
        "description": description,
        "inLanguage": LANGUAGE,
        "publisher": {"@id": describe_academy()["@id"]},
    }
    return Head(
        title=gettext("{academy}: radiology courses with CME credit").format(academy=ACADEMY),
        description=description,
        name=gettext("Learn what to see. Then say what it means."),
        path=path,
        things=(describe_academy(), site),
    )


@kept_until_published
def get_catalogue_head(paths: tuple[str, ...]) -> Head:
    """`paths` are those of the courses, in the order of the catalogue."""
    name, path = gettext("Courses"), reverse("catalogue")
    page = {
        "@type": "CollectionPage",
        "@id": absolute(path),
        "url": absolute(path),
        "name": name,
        "inLanguage": LANGUAGE,
        "publisher": describe_academy(),
        "mainEntity": describe_list(paths),
    }
    return Head(
        title=f"{name}: {ACADEMY}",
        description=gettext("All courses of {academy}, with their length, number of lessons and credit.").format(
            academy=ACADEMY
        ),
        name=name,
        path=path,
        things=(page, describe_way((name, path))),
    )


def make_course_card(course: Course) -> Card:
    """With a picture that everyone may see."""
    return Card(gettext("Course"), course.title, choose_figure(get_open_pictures(course)))


def get_card_path(course: Course, card: Card) -> str:
    return reverse("course_card", args=[course.slug, card.digest])


def make_course_head(course: Course, card: Card) -> Head:
    path, picture = course.get_absolute_url(), get_card_path(course, card)
    return Head(
        title=f"{course.title}: {ACADEMY}",
        description=course.summary,
        name=course.title,
        path=path,
        picture=picture,
        things=(describe_course(course, picture=picture), describe_way(*_way_to(course.title, path))),
    )


def describe_course(course: Course, *, picture: str) -> Node:
    """Neither faculty nor accredited provider: in a demonstration they are invented."""
    return {
        "@type": "Course",
        "@id": absolute(course.get_absolute_url()),
        "url": absolute(course.get_absolute_url()),
        "name": course.title,
        "description": course.summary,
        "image": absolute(picture),
        "inLanguage": LANGUAGE,
        "provider": describe_academy(),
        "audience": {"@type": "Audience", "audienceType": course.audience},
        "teaches": course.objective_list,
        "timeRequired": _minutes(course.minutes),
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "courseMode": "Online",
            "courseWorkload": _minutes(course.minutes),
        },
        "offers": describe_offer(),
    }


def describe_offer() -> Node:
    return {
        "@type": "Offer",
        "name": gettext("Access to every course, paid once"),
        "category": "Paid",
        "price": str(to_units(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY)),
        "priceCurrency": settings.PRICE_CURRENCY.upper(),
        "availability": "https://schema.org/InStock",
        "url": absolute(reverse("payments:pricing")),
    }


def get_lesson_head(lesson: Lesson) -> Head:
    """Engines are told of a lesson that everyone may open, and of no other."""
    course = lesson.module.course
    if lesson.is_preview:
        return _make_open_head(
            *(lesson.title, lesson.summary, lesson.url, lesson.minutes),
            *(course.title, course.summary, course.get_absolute_url()),
        )
    return Head(title=f"{lesson.title}: {course.title}", description=lesson.summary)


@kept_until_published
def _make_open_head(
    title: str, summary: str, path: str, minutes: int, course: str, about: str, course_path: str
) -> Head:
    page = {
        "@type": "LearningResource",
        "@id": absolute(path),
        "url": absolute(path),
        "name": title,
        "description": summary or title,
        "inLanguage": LANGUAGE,
        "isAccessibleForFree": True,
        "timeRequired": _minutes(minutes),
        "provider": describe_academy(),
        "isPartOf": {
            "@type": "Course",
            "@id": absolute(course_path),
            "url": absolute(course_path),
            "name": course,
            "description": about,
        },
    }
    return Head(
        title=f"{title}: {course}",
        description=summary,
        name=title,
        path=path,
        things=(page, describe_way(*_way_to(course, course_path), (title, path))),
    )


def _way_to(course: str, path: str) -> Sequence[tuple[str, str]]:
    return (gettext("Courses"), reverse("catalogue")), (course, path)


def _minutes(minutes: int) -> str:
    """A length as ISO 8601 has it."""
    return f"PT{minutes}M"
