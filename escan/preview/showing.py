"""A learner's page inside a preview: rendered by its own template for a learner who is nobody, and kept inside."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from accounts.http import StaffRequest
from accounts.models import User
from core.http import SeeOther
from courses.assessment.models.questions import Question
from courses.writing.models import Course, Lesson
from courses.writing.queries import keep_access
from escan.preview.manuscript import Manuscript
from escan.preview.walk import Walk

DRAFTS, PUBLISHED = "drafts", "published"
PAGE, FRAME, PHONE = "page", "frame", "phone"
"""Plain; plain inside a frame, which has the banner around it; and the studio's page with that frame."""

# Files that keep nothing, and ask for themselves who may have them; and the studio, which a preview lies in.
OUTSIDE = (settings.STATIC_URL.strip("/"), "studio", "figures", "videos", "checks/pictures", "manifest.webmanifest")
TAG = re.compile(r"<[a-zA-Z][^<>]*>")
ADDRESS = re.compile(rf'(\s[a-z-]+=")(/(?!/)(?!(?:{"|".join(map(re.escape, OUTSIDE))})(?:/|"))[^"]*")')


class Notice(NamedTuple):
    """What a preview says of a page: what a draft lacks, or what is different for learners."""

    text: str
    url: str = ""
    """Where to mend it."""
    act: str = ""
    is_fault: bool = False
    is_press: bool = False
    """Whether the act changes the walk, and is a form's."""

    @property
    def is_of_studio(self) -> bool:
        return self.url.startswith("/studio/")


class Place(NamedTuple):
    """Where to edit what is shown."""

    url: str
    act: str


@dataclass
class Preview:
    """One request to a preview."""

    request: StaffRequest
    which: str
    size: str
    at: str
    """The learners' own address, from its slash."""
    text: Manuscript
    walk: Walk
    learner: User
    notices: list[Notice] = field(default_factory=list)
    edit: Place = field(init=False)
    """Where what is shown is written: the course, until a page says more."""

    def __post_init__(self) -> None:
        self.edit = edit_course(self.course)

    @property
    def course(self) -> Course:
        return self.text.course

    # --- Addresses ----------------------------------------------------------------------------------

    @property
    def root(self) -> str:
        return reverse("preview", args=[self.course.pk])

    def lead(self, *, which: str = "", size: str = "", at: str = "") -> str:
        """The same place in another way, or another place."""
        return f"{self.root}{which or self.which}/{size or self.size}{at or self.at}"

    @property
    def drafts_url(self) -> str:
        return self.lead(which=DRAFTS, size=self.outer_size)

    @property
    def published_url(self) -> str:
        return self.lead(which=PUBLISHED, size=self.outer_size)

    @property
    def outer_size(self) -> str:
        return PHONE if self.is_framed else self.size

    @property
    def page_url(self) -> str:
        return self.lead(size=PAGE)

    @property
    def phone_url(self) -> str:
        return self.lead(size=PHONE)

    @property
    def frame_url(self) -> str:
        return self.lead(size=FRAME)

    @property
    def again_url(self) -> str:
        return f"{self.root}again/"

    @property
    def outline_url(self) -> str:
        """Of the course; for who may not arrange it, the studio."""
        may_arrange = self.request.user.has_perms(["courses.change_lesson", "courses.change_module"])
        return reverse("course_outline", args=[self.course.pk]) if may_arrange else reverse("wagtailadmin_home")

    @property
    def may_edit(self) -> bool:
        """Who reviews a course does not write it."""
        return self.request.user.has_perm("courses.change_lesson")

    @property
    def is_framed(self) -> bool:
        return self.size == FRAME

    @property
    def is_phone(self) -> bool:
        return self.size == PHONE

    # --- Answers ------------------------------------------------------------------------------------

    def say(self, text: str, place: Place | None = None, *, is_fault: bool = False, is_press: bool = False) -> None:
        self.notices.append(Notice(text, *(place or ("", "")), is_fault=is_fault, is_press=is_press))

    def render(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        response = render(self.request, template, self.get_context() | context, status=status)
        response.content = self.keep_inside(response.content.decode())
        return response

    def get_context(self) -> dict[str, Any]:
        """What stands in the place of what the request would say of its sender."""
        return {"preview": self, "user": self.learner, "messages": (), "has_offline_reading": False, "head": None}

    def keep_inside(self, html: str) -> str:
        """Addresses of learners' pages, wherever they stand in a tag, lead to the same pages of this preview."""
        prefix = self.lead(at="/")[:-1]
        return TAG.sub(lambda tag: ADDRESS.sub(rf"\1{prefix}\2", tag[0]), html)

    def redirect(self, at: str) -> HttpResponse:
        return SeeOther(self.lead(at=at))

    def tell(self, title: str, *paragraphs: str, on: Place | None = None, status: int = 200) -> HttpResponse:
        """A page that says what learners find in its place."""
        context = {"title": title, "paragraphs": paragraphs, "on": on, "course": self.course}
        return self.render("escan/preview/notice.html", context, status=status)


def make_learner() -> User:
    """Nobody: there is no row of this key, so that whatever is asked about it finds nothing. Has access."""
    learner = User(pk=0, email="learner@preview.invalid", time_zone="UTC")
    keep_access(learner, has_access=True)
    return learner


def edit_lesson(lesson: Lesson) -> Place:
    return Place(reverse("wagtailsnippets_courses_lesson:edit", args=[lesson.pk]), gettext("Edit this lesson"))


def edit_course(course: Course) -> Place:
    return Place(reverse("wagtailsnippets_courses_course:edit", args=[course.pk]), gettext("Edit the course"))


def edit_question(question: Question) -> Place:
    address = reverse("wagtailsnippets_courses_question:edit", args=[question.pk])
    return Place(address, gettext("Edit question {key}").format(key=question.key))
