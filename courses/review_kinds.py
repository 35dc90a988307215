"""How courses, lessons and questions are read in review (decision 70)."""

import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.rich_text import expand_db_html

from accounts.models import User
from courses.assessment.models.questions import Question
from courses.studio.placing import get_preview_address
from courses.writing.models import Course, Lesson, Module
from courses.writing.parts import read_body, show_lines
from courses.writing.queries import may_preview
from reviews.parts import Part, make_part
from reviews.registry import SCOPES, Reviewed, Scope, register


def of_course(course: Course) -> Scope:
    return Scope("course", course.pk, course.title)


def list_courses() -> Iterator[Scope]:
    for course in Course.objects.only("title").order_by("position", "title"):
        yield of_course(course)


SCOPES.append(list_courses)


def text_part(key: str, label: str | Promise, text: str, *, is_fixed: bool = False) -> Part:
    """Plain words, with their lines."""
    return make_part(key, label, show_lines(text), text, is_fixed=is_fixed)


def rich_part(key: str, label: str | Promise, text: str) -> Part:
    return make_part(key, label, mark_safe(expand_db_html(text)), text)  # noqa: S308 - the editor's subset


def facts_part(key: str, label: str | Promise, facts: Iterable[tuple[str | Promise, object]]) -> Part:
    """Settings, which are never changed by the way."""
    told = [(str(name), _tell(value)) for name, value in facts]
    html = format_html("<dl>{}</dl>", format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", told))
    return make_part(key, label, html, [f"{name}: {value}" for name, value in told], is_fixed=True)


def _tell(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "-" if value in (None, "") else str(value)


class ReviewedInCourse(Reviewed):
    def get_preview(self, row: Any, *, user: User) -> str:
        scope = self.get_scope(row)
        return get_preview_address(row) if scope and may_preview(user) else ""


@register
class ReviewedLesson(ReviewedInCourse):
    model = Lesson
    order = 20

    def get_scope(self, row: Lesson) -> Scope | None:
        return of_course(row.module.course) if row.module_id else None

    def may_write(self, user: User) -> bool:
        return user.has_perm("courses.change_lesson")

    def read_parts(self, row: Lesson) -> list[Part]:
        return [
            text_part("title", _("Title"), row.title),
            text_part("summary", _("Summary"), row.summary),
            *read_body(row.body, owner=row.pk, figures="figure"),
            facts_part(
                "settings",
                _("Settings"),
                [
                    (_("Module"), row.module_id and row.module.title),
                    (_("Address"), row.slug),
                    (_("Minutes"), row.minutes),
                    (_("Open to everyone"), row.is_preview),
                    (_("Announced"), row.is_announced),
                    (_("Required"), row.is_required),
                    (_("Step by step"), row.is_stepwise),
                ],
            ),
        ]


@register
class ReviewedModule(ReviewedInCourse):
    model = Module

    def get_scope(self, row: Module) -> Scope | None:
        """What no learner sees yet goes live with its first lesson, above which its reviewer reads it."""
        return of_course(row.course) if row.live and row.is_seen else None

    def may_write(self, user: User) -> bool:
        return user.has_perm("courses.change_module")

    def read_parts(self, row: Module) -> list[Part]:
        return [text_part("title", _("Title"), row.title)]


@register
class ReviewedQuestion(ReviewedInCourse):
    model = Question
    order = 10

    def get_scope(self, row: Question) -> Scope | None:
        return of_course(row.course)

    def may_write(self, user: User) -> bool:
        return user.has_perm("courses.change_question")

    def read_parts(self, row: Question) -> list[Part]:
        return [
            rich_part("stem", _("Stem"), row.stem),
            *self._read_picture(row),
            *self._read_choices(row),
            *self._read_key(row),
            *([text_part("rationale", _("Rationale"), row.rationale)] if row.rationale else []),
            *([text_part("references", _("References"), row.references, is_fixed=True)] if row.references else []),
            facts_part(
                "settings",
                _("Settings"),
                [
                    (_("Kind"), row.get_kind_display()),
                    (_("Use"), row.get_use_display()),
                    (_("Objective"), row.objective.text if row.objective else ""),
                    (_("Where to read it"), row.lesson),
                    (_("Replaces"), row.stands_for),
                ],
            ),
        ]

    def _read_picture(self, row: Question) -> Iterator[Part]:
        if row.image is None:
            return
        picture = '<p><img src="{}" alt="{}" width="{}" height="{}" loading="lazy"></p><p>{}</p>'
        address = reverse("question_picture", args=[row.pk or 0, row.image.pk])
        html = format_html(picture, address, row.image_alt, row.image.width, row.image.height, row.image_alt)
        beside = {"image": row.image.pk, "facts": row.image_facts, "fresh": row.fresh_pictures}
        yield make_part("picture", _("Picture"), html, {"alt": row.image_alt, **_to_json(_number(beside))})

    def _read_choices(self, row: Question) -> Iterator[Part]:
        for number, choice in enumerate(row.choices.all()):
            letter = chr(ord("A") + number % 26)
            mark = gettext("Right") if choice.is_correct else gettext("Wrong")
            html = format_html("<p><b>{}</b> ({})</p><p>{}</p>", choice.text, mark, choice.rationale)
            raw = {"text": choice.text, "rationale": choice.rationale, "is_correct": choice.is_correct}
            yield make_part(f"choice-{number + 1}", gettext("Choice {letter}").format(letter=letter), html, raw)

    def _read_key(self, row: Question) -> Iterator[Part]:
        if row.value is not None:
            tolerance = _plain(row.tolerance)
            facts = [(_("Right value"), _plain(row.value)), (_("Tolerance"), tolerance), (_("Unit"), row.unit)]
            yield facts_part("key", _("Key"), facts)
        regions = list(row.regions.all())
        if regions:
            told = [
                (
                    gettext("Region {number}").format(number=number),
                    "{}, {}; {} by {} %".format(*(_plain(side) for side in (region.x, region.y, region.rx, region.ry))),
                )
                for number, region in enumerate(regions, 1)
            ]
            yield facts_part("regions", _("Right regions"), told)


def _plain(number: Any) -> str:
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _to_json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _number(beside: dict[str, Any]) -> dict[str, Any]:
    """Texts in it are no words that anybody reads: they count as one thing that is the same or not."""
    return {
        name: zlib.crc32(json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder).encode())
        for name, value in beside.items()
    }


@register
class ReviewedCourse(ReviewedInCourse):
    model = Course
    order = 30

    def get_scope(self, row: Course) -> Scope | None:
        return of_course(row)

    def may_write(self, user: User) -> bool:
        return user.has_perm("courses.change_course")

    def check(self, version: Course) -> None:
        """What it lacks of lessons and questions may come live with it: it waits for them, approved."""
        version.full_clean()

    def read_parts(self, row: Course) -> list[Part]:
        return [
            text_part("title", _("Title"), row.title),
            text_part("summary", _("Summary"), row.summary),
            rich_part("description", _("Description"), row.description),
            text_part("audience", _("For whom"), row.audience),
            *(
                text_part(f"objective-{number}", gettext("Objective {number}").format(number=number), text)
                for number, text in enumerate(row.objective_list, 1)
            ),
            facts_part(
                "settings",
                _("Settings"),
                [
                    (_("Address"), row.slug),
                    (_("Minutes"), row.minutes),
                    (_("Questions drawn"), row.post_test_questions),
                    (_("Questions of the pre-test"), row.pre_test_questions),
                    (_("Passing score, percent"), row.passing_score),
                    (_("Answers of the post-test are explained"), row.get_explain_display()),
                ],
            ),
            *(
                make_part(
                    f"faculty-{number}",
                    gettext("Faculty: {name}").format(name=person.name),
                    format_html(
                        "<p>{}, {}</p><p>{}</p><p>{}</p>", person.name, person.role, person.bio, person.disclosure
                    ),
                    [person.name, person.role, person.bio, person.disclosure],
                    is_fixed=True,
                )
                for number, person in enumerate(row.faculty.all(), 1)
            ),
        ]
