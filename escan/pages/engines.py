"""What search engines are told: where the public pages are, and what is nobody's to find."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.heads import absolute
from courses.models import Course, Lesson
from courses.writing.queries import get_courses, get_open_lessons
from escan.models import InformationPage
from guides.models import Guide
from guides.queries import get_guides

# Of one person, for machines, or without an end. Behind most of it is a sign-in all the same.
CLOSED = (
    "/accounts/",
    "/checks/",
    "/cme/",
    "/courses/*/post-test/",
    "/courses/*/pre-test/",
    "/gifts/",
    "/learn/",
    "/offline/",
    "/pricing/done/",
    "/practice/*/",
    "/search/",
    "/studio/",
    "/tiles/",
    "/verify/*-",
    "/videos/",
    "/webhooks/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "",
        f"Sitemap: {absolute(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain")


class OfTheAcademy:
    """Under the academy's own address, whatever name the request came by."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(absolute("/")).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(absolute("/")).netloc


class Pages(OfTheAcademy, Sitemap[str]):
    """Those that are not rows."""

    def items(self) -> list[str]:
        return ["home", "catalogue", "guides:list", "imaging:practice", "payments:pricing", "verify:form"]

    def location(self, item: str) -> str:
        return reverse(item)


class Published(OfTheAcademy, Sitemap[Model]):
    def lastmod(self, item: Model) -> datetime | None:
        published: datetime | None = getattr(item, "last_published_at", None)
        return published


class Information(Published):
    def items(self) -> Iterable[InformationPage]:
        return InformationPage.objects.filter(live=True)


class Courses(Published):
    def items(self) -> Iterable[Course]:
        return get_courses()


class OpenLessons(Published):
    """A lesson that needs access is told to nobody who may not open it."""

    def items(self) -> Iterable[Lesson]:
        return get_open_lessons(AnonymousUser()).select_related("module__course").order_by("pk")


class Guides(Published):
    """With their pictures: people look for those, too."""

    def items(self) -> Iterable[Guide]:
        return get_guides().select_related("rendering").defer("body", "rendering__html")

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super().get_urls(*args, **kwargs)
        for url in urls:
            guide: Guide = url["item"]
            figures = (reverse("guides:figure", args=[guide.pk, image]) for image in guide.rendering.image_ids)
            url["pictures"] = [*map(absolute, figures)]
        return urls


SITEMAPS = {
    "pages": Pages,
    "information": Information,
    "courses": Courses,
    "lessons": OpenLessons,
    "guides": Guides,
}
