"""What keeps a guide from being published, in sentences for its author: the same at every door (decision 43)."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from html import unescape
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags
from django.utils.translation import gettext
from wagtail.blocks import StreamValue

from core.dates import format_day
from courses.models import Course, Lesson, LessonRendering, PublishedSlug
from courses.search.passages import plain
from courses.writing.blocks import find_faults as find_faults_of_lessons_blocks
from courses.writing.blocks import find_pictures, find_rich_texts
from courses.writing.references import find_faults_of_identifiers
from guides.rendering import BLOCK_ID, HEADING, ID, PAGE_IDS, find_ids, render_guide

# Bytes. A drawing has some ten thousand, a photograph of the width of a page two hundred thousand.
LARGEST_FIGURE = 500_000
# The parts of addresses under /guides/ that are no guide's.
RESERVED_SLUGS = frozenset({"aid", "feed", "figures"})


# Guides that go live together, by their keys: they lead to each other, and one of them is the first.
_together: ContextVar[Collection[int]] = ContextVar("together", default=())


@contextmanager
def going_live(keys: Collection[int]) -> Iterator[None]:
    """Links among these guides are sound while all of them are being published."""
    token = _together.set(keys)
    try:
        yield
    finally:
        _together.reset(token)


class TakenOff(str):
    """A fault that the text got from somebody who took off what it leads to."""


def is_of_others(refused: ValidationError) -> bool:
    """Whether the text would go live, had nobody taken anything off."""
    return all(isinstance(told.message, TakenOff) for told in ValidationError([refused]).error_list)


def find_faults(guide: Any) -> dict[str, list[str]]:
    """By the field that the author sees. The editor of the body shows none of its own, so those stand above all."""
    faults = {
        "slug": [*find_faults_of_slug(guide)],
        "reviewer": [*find_faults_of_review(guide)],
        NON_FIELD_ERRORS: [*dict.fromkeys(find_faults_of_body(guide))],
        "related": [*find_faults_of_related(guide)],
    }
    return {field: told for field, told in faults.items() if told}


def find_faults_of_slug(guide: Any) -> Iterator[str]:
    if guide.slug in RESERVED_SLUGS:
        yield gettext("“{slug}” is an address of the list of guides itself. Choose another.").format(slug=guide.slug)
    other = type(guide).objects.filter(slug=guide.slug).exclude(pk=guide.pk).first()
    if other is not None:
        told = gettext("The guide “{other}” has the address “{slug}” already. Choose another.")
        yield told.format(other=other.title, slug=guide.slug)


# Whether the approval of what is being published writes reviewer and date itself (guides/review_kinds.py).
SIGNED_BY_APPROVAL: list[Callable[[], bool]] = []


def find_faults_of_review(guide: Any) -> Iterator[str]:
    """A review is of the text that was signed, so it ends where that changes."""
    if guide.reviewed_on is None or any(is_signed() for is_signed in SIGNED_BY_APPROVAL):
        return
    signed = {"reviewer": guide.reviewer, "reviewed_on": guide.reviewed_on}
    before = type(guide).objects.filter(pk=guide.pk, first_published_at__isnull=False, **signed).first()
    if before is not None and _read_whole(guide) != _read_whole(before):
        told = gettext(
            "The text is not the one that {reviewer} reviewed on {day}: take reviewer and date out, or have it reviewed"
            " anew and give the new date."
        )
        yield told.format(reviewer=guide.reviewer, day=format_day(guide.reviewed_on))


def _read_whole(guide: Any) -> list[str]:
    """What readers are told, pictures and links with it. Spaces and marks the editor writes in its own way."""
    html = render_guide(body=guide.body, guide_id=guide.pk).html
    return [guide.title, guide.summary, "".join(unescape(ID.sub("", BLOCK_ID.sub("", html))).split())]


def find_faults_of_related(guide: Any) -> Iterator[str]:
    for link in guide.related.all():
        if not Lesson.objects.filter(pk=link.lesson_id, live=True, module__course__live=True).exists():
            told = gettext("Readers do not find the lesson “{lesson}”: publish it and its course, or take it out.")
            yield TakenOff(told.format(lesson=link.lesson))


def find_faults_of_body(guide: Any) -> Iterator[str]:
    if not guide.body:
        yield gettext("The guide has no text yet: write it first.")
    yield from find_faults_of_lessons_blocks(guide.body)
    yield from find_large_figures(guide.body)
    yield from find_empty_words(guide.body)
    html = render_guide(body=guide.body, guide_id=guide.pk or 0).html
    yield from find_faults_of_headings(html)
    ids = find_ids(html)
    for text in find_rich_texts(guide.body):
        yield from find_faults_of_identifiers(plain(text))
        for link in read_links(text.source):
            yield from find_faults_of_link(link, ids, guide)


def find_faults_of_headings(html: str) -> Iterator[str]:
    """Who listens to the page goes from heading to heading, and misses a level that is left out."""
    first = HEADING.search(html)
    if first is not None and first["level"] != "2":
        told = gettext("Above “{heading}” there is no heading of the first level: put one before it.")
        yield told.format(heading=unescape(strip_tags(first["words"])))


def find_large_figures(body: StreamValue) -> Iterator[str]:
    for picture in find_pictures(body):
        if picture.get_file_size() > LARGEST_FIGURE:
            told = gettext("The picture “{name}” has {size} kB, and a guide shows at most {most} kB. Save it smaller.")
            yield told.format(name=picture.title, size=-(-picture.get_file_size() // 1000), most=LARGEST_FIGURE // 1000)


def find_empty_words(body: StreamValue) -> Iterator[str]:
    """The editor says the same beside each field."""
    for block in body:
        if block.block_type == "references" and not all(plain(one) for one in block.value["references"]):
            yield gettext("A reference is empty: write it, or take it out.")
        if block.block_type == "answers":
            for one in block.value["answers"]:
                if not one["question"].strip() or not plain(one["answer"]):
                    yield gettext("Each question has an answer, and each answer a question: one is empty.")


class Link(NamedTuple):
    address: str
    words: str
    page: str = ""
    """The number of a page of Wagtail's, which the editor keeps instead of its address."""


class LinkReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            given = dict(attrs)
            page = given.get("id") or "" if given.get("linktype") == "page" else ""
            self.links.append(Link(given.get("href") or "", "", page))
            self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        self._is_open = self._is_open and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._is_open:
            self.links[-1] = self.links[-1]._replace(words=self.links[-1].words + data)


def read_links(html: str) -> list[Link]:
    reader = LinkReader()
    reader.feed(html)
    reader.close()
    return reader.links


class Among(NamedTuple):
    """What a link may lead to."""

    lessons: Q
    courses: Q
    guides: Q


PUBLISHED = Among(lessons=Q(live=True, module__course__live=True), courses=Q(live=True), guides=Q(live=True))
ALL = Among(lessons=Q(), courses=Q(), guides=Q(pk__isnull=False))


def find_faults_of_link(link: Link, ids: frozenset[str], guide: Any) -> Iterator[str]:
    """`ids` are those of the guide itself, as it would be published."""
    guides = type(guide)
    if not link.words.strip():
        told = gettext("A link to “{address}” has no words: write where it leads.")
        yield told.format(address=link.address or link.page)
    yield from find_faults_of_identifiers(link.address)
    if _leads_somewhere(link, ids, guides):
        yield from find_faults_of_part(link, ids, guide)
        return
    if _leads_somewhere(link, ids, guides, among=ALL):
        told = gettext("The link “{words}” leads to “{address}”, which is not published: publish it, or take it out.")
        yield TakenOff(told.format(words=link.words.strip(), address=link.address or link.page))
    else:
        told = gettext("The link “{words}” leads nowhere: there is no “{address}”.")
        yield told.format(words=link.words.strip(), address=link.address or link.page)


def _leads_somewhere(link: Link, ids: frozenset[str], guides: type[Any], among: Among = PUBLISHED) -> bool:
    if link.page:
        return _is_guide(Q(pk=link.page), guides, among)
    address = _without_site(link.address)
    parts = urlsplit(address)
    if parts.scheme in ("http", "https", "mailto", "tel"):
        return bool(parts.netloc or parts.scheme in ("mailto", "tel"))
    if address.startswith("#"):
        return address[1:] in ids
    return address.startswith("/") and not parts.netloc and _is_page(parts.path, guides, among)


def _without_site(address: str) -> str:
    return "/" if address == settings.SITE_URL else address.removeprefix(settings.SITE_URL)


def find_faults_of_part(link: Link, ids: frozenset[str], guide: Any) -> Iterator[str]:
    """Of a link to a part of a guide, or of a lesson. What other pages have is not known here."""
    parts = urlsplit(_without_site(link.address))
    # A browser finds the top by itself, and words by what stands behind the mark.
    part = unquote(parts.fragment).partition(":~:")[0]
    if not part or part.lower() == "top" or parts.scheme or parts.netloc or not parts.path:
        return
    is_own = parts.path == guide.get_absolute_url()
    there = ids | PAGE_IDS if is_own else _find_ids_of_page(parts.path, type(guide))
    if there is None or part in there:
        return
    told = gettext("The link “{words}” leads to a part that is not there: “{page}” has no “#{part}”.")
    yield told.format(words=link.words.strip(), page=parts.path, part=part)
    # Nobody writes the ids of blocks by hand.
    if near := get_close_matches(part, sorted(key for key in there if not key.startswith("b-")), n=1, cutoff=0):
        yield gettext("The nearest part of “{page}” is “#{part}”.").format(page=parts.path, part=near[0])


def _find_ids_of_page(path: str, guides: type[Any]) -> frozenset[str] | None:
    """What can be led to on the page of a guide or of a lesson; None for another."""
    found = resolve(path)
    if found.view_name == "guides:guide":
        return find_ids(_read_guide(found.kwargs["guide"], guides)) | PAGE_IDS
    if found.view_name == "lesson":
        lessons = Lesson.objects.filter(_has_slug(found.kwargs["lesson"]))
        html = LessonRendering.objects.published().filter(lesson__in=lessons).values_list("html", flat=True).first()
        return find_ids(html or "") | PAGE_IDS
    return None


def _read_guide(slug: str, guides: type[Any]) -> str:
    """As it is published, or will be in a moment."""
    named = guides.objects.filter(Q(slug=slug) | Q(addresses__slug=slug))
    coming = named.filter(pk__in=_together.get()).first()
    if coming is not None:
        body = coming.latest_revision.as_object().body
        return render_guide(body=body, guide_id=coming.pk).html
    published: str | None = named.filter(live=True).values_list("rendering__html", flat=True).first()
    return published or ""


def _has_slug(slug: str) -> Q:
    old = PublishedSlug.objects.filter(slug=slug).exclude(lesson=None).values("lesson")
    return Q(slug=slug) | Q(pk__in=old)


def _is_page(path: str, guides: type[Any], among: Among) -> bool:
    """Of ours. What is published now counts, and addresses that lead on to it."""
    try:
        asked = resolve(path).kwargs
    except Resolver404:
        return False
    if "guide" in asked:
        return _is_guide(Q(slug=asked["guide"]) | Q(addresses__slug=asked["guide"]), guides, among)
    if "lesson" in asked:
        is_lesson = Lesson.objects.filter(among.lessons).filter(_has_slug(asked["lesson"])).exists()
        return is_lesson and _is_course(asked["course"], among)
    return "course" not in asked or _is_course(asked["course"], among)


def _is_guide(named: Q, guides: type[Any], among: Among) -> bool:
    return bool(guides.objects.filter(named, among.guides | Q(pk__in=_together.get())).exists())


def _is_course(slug: str, among: Among) -> bool:
    old = PublishedSlug.objects.filter(slug=slug).exclude(course=None).values("course")
    return Course.objects.filter(among.courses).filter(Q(slug=slug) | Q(pk__in=old)).exists()
