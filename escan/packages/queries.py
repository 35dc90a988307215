"""Packages that came, and how far they are."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.caching import pages
from courses.models import Course, Lesson, Question
from escan.packages.models import PackageImport, PackageState

MAY_EXPORT = ("courses.change_course",)
MAY_IMPORT = ("courses.add_course", "courses.add_lesson", "courses.add_question")
SHOWN = 50
KINDS: dict[str, str | Promise] = {
    "course": _("Course"),
    "outline": _("Order of modules and lessons"),
    "lesson": _("Lesson"),
    "question": _("Question"),
    "study": _("Study"),
    "test-set": _("Test set"),
    "picture": _("Picture"),
    "video": _("Video"),
}
WHAT: dict[str, str | Promise] = {"added": _("New"), "changed": _("Changed"), "removed": _("Not in the package")}


def list_packages() -> QuerySet[PackageImport]:
    return PackageImport.objects.select_related("by").defer("report", "made", "waits")[:SHOWN]


def get_package(pk: int) -> PackageImport:
    return get_object_or_404(PackageImport.objects.select_related("by"), pk=pk)


def get_done(row: PackageImport) -> int:
    """Of its steps, by now."""
    return int(pages.get(row.progress_key, 0)) if row.state == PackageState.WAITING else row.total


def list_changes(row: PackageImport) -> list[dict[str, Any]]:
    """What the report says, in words; pictures and other files behind what people wrote."""
    order = list(KINDS)
    changes = [
        {
            **change,
            "kind_label": KINDS[change["kind"]],
            "what_label": WHAT[change["what"]],
            "shown": show_words(change["words"]),
        }
        for change in row.report.get("changes", [])
    ]
    return sorted(changes, key=lambda change: order.index(change["kind"]))


def show_words(words: list[tuple[str, str]]) -> SafeString:
    """With what goes struck out and what comes underlined."""
    tags = {"+": "ins", "-": "del", "=": "span"}
    return format_html_join("", "<{0}>{1}</{0}>", ((tags[mark], text) for mark, text in words))


def list_links(row: PackageImport) -> list[tuple[str, str]]:
    """The screens of what came in, by their titles."""
    links = []
    models: dict[str, tuple[type[Any], str]] = {
        "course": (Course, "slug"),
        "lesson": (Lesson, "slug"),
        "question": (Question, "key"),
    }
    for kind, (model, name) in models.items():
        names = [key.partition("/")[2] for key in row.made if key.startswith(f"{kind}/")]
        rows = model._default_manager.filter(**{f"{name}__in": names})
        links += [
            (str(each), reverse(f"wagtailsnippets_courses_{kind}:edit", args=[each.pk]))
            for each in rows.only("pk", name, *(["title"] if kind != "question" else []))
        ]
    return links


def get_course_of(row: PackageImport) -> Course | None:
    return Course.objects.filter(slug=row.slug).defer("description").first() if row.slug else None
