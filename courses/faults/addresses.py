"""Where a link leads to within the academy: to something published, to something that was taken off, or nowhere."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from enum import Enum
from functools import cached_property
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from courses.faults.known import Known
from courses.faults.reading import Link
from courses.writing.models import LessonRendering, PublishedSlug
from courses.writing.rendering import PAGE_IDS, find_ids

ELSEWHERE = ("http", "https", "mailto", "tel")
HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+(?::\d{1,5})?|localhost(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?", re.I)


class State(Enum):
    THERE = "there"
    TAKEN_OFF = "taken-off"
    NOWHERE = "nowhere"


class Linked(Protocol):
    """What an app above says of its pages."""

    def find(self, name: str) -> State: ...

    def find_page(self, number: str) -> State:
        """By the number of a page of Wagtail's."""

    def find_ids(self, name: str) -> frozenset[str] | None:
        """What can be led to on it."""


LINKED: dict[str, Callable[[Collection[str]], Linked]] = {}
"""By the name of the part of the address that names the page; `names` are those of which a part is led to."""


def split(address: str) -> SplitResult:
    """Of an address of the academy its path alone. Raises ValueError for what is no address."""
    own = address.removeprefix(settings.SITE_URL) if address.startswith(settings.SITE_URL) else address
    return urlsplit(own if own or not address else "/")


class Addresses:
    """Asked once for all links that are checked together: what is published, and parts of pages that they name."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._found: dict[str, State] = {}
        self.links: list[Link] = [link for body in known.bodies for _, link in body.links]

    # --- What a link leads to -----------------------------------------------------------------------

    def is_malformed(self, link: Link) -> bool:
        """Whether it is no address at all, wherever it would lead."""
        if link.page:
            return False
        try:
            parts = split(link.address)
        except ValueError:
            return True
        if parts.scheme in ("http", "https"):
            return HOST.fullmatch(parts.netloc.rpartition("@")[2]) is None or " " in link.address.strip()
        if parts.scheme:
            return parts.scheme not in ELSEWHERE or not parts.path
        return bool(parts.netloc) or not (parts.path.startswith("/") or (not parts.path and parts.fragment))

    def find(self, link: Link, ids: Callable[[], frozenset[str]]) -> State:
        """`ids` are those of the text itself, as it would be published."""
        if self.is_malformed(link):
            return State.NOWHERE
        if link.page:
            return max(
                (linked.find_page(link.page) for linked in self._linked.values()),
                key=[State.NOWHERE, State.TAKEN_OFF, State.THERE].index,
                default=State.NOWHERE,
            )
        parts = split(link.address)
        if parts.scheme:
            return State.THERE
        if not parts.path and parts.fragment:
            return State.THERE if unquote(parts.fragment) in ids() else State.NOWHERE
        path = parts.path or "/"
        if path not in self._found:
            self._found[path] = self._find_path(path)
        return self._found[path]

    def _find_path(self, path: str) -> State:
        try:
            asked = resolve(path).kwargs
        except Resolver404:
            return State.NOWHERE
        for name in LINKED:
            if name in asked:
                return self._linked[name].find(str(asked[name]))
        if "lesson" in asked:
            return self._join(self._find_lesson(str(asked["lesson"])), self._find_course(str(asked["course"])))
        return self._find_course(str(asked["course"])) if "course" in asked else State.THERE

    def _join(self, *states: State) -> State:
        for state in (State.NOWHERE, State.TAKEN_OFF):
            if state in states:
                return state
        return State.THERE

    def _find_lesson(self, slug: str) -> State:
        found = [self.known.lessons[pk] for pk in self._by_slug["lesson"].get(slug, ()) if pk in self.known.lessons]
        if any(lesson.is_readable for lesson in found):
            return State.THERE
        return State.TAKEN_OFF if found else State.NOWHERE

    def _find_course(self, slug: str) -> State:
        found = [self.known.courses[pk] for pk in self._by_slug["course"].get(slug, ()) if pk in self.known.courses]
        if any(course.live for course in found):
            return State.THERE
        return State.TAKEN_OFF if found else State.NOWHERE

    @cached_property
    def _by_slug(self) -> dict[str, dict[str, set[int]]]:
        """Courses and lessons by the slugs that they have, and that they had when they were published."""
        found: dict[str, defaultdict[str, set[int]]] = {"lesson": defaultdict(set), "course": defaultdict(set)}
        for lesson in self.known.lessons.values():
            found["lesson"][lesson.slug].add(lesson.pk)
        for course in self.known.courses.values():
            found["course"][course.slug].add(course.pk)
        for slug, course_pk, lesson_pk in PublishedSlug.objects.values_list("slug", "course", "lesson"):
            kind = "lesson" if lesson_pk else "course"
            found[kind][slug].add(lesson_pk or course_pk or 0)
        return {kind: dict(slugs) for kind, slugs in found.items()}

    @cached_property
    def _linked(self) -> dict[str, Linked]:
        return {name: read(self._wanted[name]) for name, read in LINKED.items()}

    # --- Parts of a page ----------------------------------------------------------------------------

    def find_missing_part(
        self, link: Link, own: str = "", ids: Callable[[], frozenset[str]] = frozenset
    ) -> tuple[str, str, frozenset[str]] | None:
        """Of a link to a part that a page does not have: the page, the part, and the parts that it has.

        `own` is the address of the text itself, and `ids` what it has.
        """
        parts = split(link.address)
        part = get_part(parts)
        if not part or parts.scheme or parts.netloc or not parts.path:
            return None
        there = ids() | PAGE_IDS if parts.path == own else self._find_ids_of_page(parts.path)
        return None if there is None or part in there else (parts.path, part, there)

    def _find_ids_of_page(self, path: str) -> frozenset[str] | None:
        """What can be led to on the page of a lesson, or of an app above; None for another."""
        try:
            found = resolve(path)
        except Resolver404:
            return None
        for name in LINKED:
            if name in found.kwargs and found.view_name.endswith(f":{name}"):
                return self._linked[name].find_ids(str(found.kwargs[name]))
        return self._ids_of_lessons.get(str(found.kwargs["lesson"]), PAGE_IDS) if found.view_name == "lesson" else None

    @cached_property
    def _ids_of_lessons(self) -> dict[str, frozenset[str]]:
        slugs = self._wanted["lesson"]
        lessons = {pk for slug in slugs for pk in self._by_slug["lesson"].get(slug, ())}
        texts = LessonRendering.objects.published().filter(lesson__in=lessons).values_list("lesson", "html")
        by_lesson = {pk: find_ids(html) | PAGE_IDS for pk, html in texts}
        return {
            slug: frozenset().union(*(by_lesson.get(pk, PAGE_IDS) for pk in self._by_slug["lesson"].get(slug, ())))
            for slug in slugs
        }

    @cached_property
    def _wanted(self) -> defaultdict[str, set[str]]:
        """The pages of which a part is led to, by the part of the address that names them."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for link in self.links:
            if link.page or self.is_malformed(link):
                continue
            parts = split(link.address)
            if not get_part(parts) or parts.scheme or not parts.path:
                continue
            try:
                asked = resolve(parts.path).kwargs
            except Resolver404:
                continue
            for name in ("lesson", *LINKED):
                if name in asked:
                    found[name].add(str(asked[name]))
        return found


def get_part(parts: SplitResult) -> str:
    """A browser finds the top by itself, and words by what stands behind the mark."""
    part = unquote(parts.fragment).partition(":~:")[0]
    return "" if part.lower() == "top" else part
