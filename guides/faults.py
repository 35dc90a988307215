"""Rules for guides (decisions 43 and 71). Strangers read them, so that more stops a guide than a lesson."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from html import unescape
from typing import Any

from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.translation import gettext
from wagtail.blocks import StreamValue

from core.dates import format_day
from core.faults import READERS, RULES, Fault, Found, Place, ask, rule
from courses.faults.addresses import LINKED, Addresses, State
from courses.faults.known import Known
from courses.faults.live import LIVE
from courses.faults.reading import Body, read_list, words_of
from courses.faults.rules import links, pictures, references, tables, texts
from courses.models import Lesson
from courses.writing.rendering import ID, PAGE_IDS, find_ids
from guides.blocks import find_faults_of_call
from guides.models import Guide
from guides.rendering import BLOCK_ID, HEADING, render_guide
from guides.slugs import find_faults_of_slug

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


@dataclass(frozen=True)
class GuideText:
    guide: Any
    body: Body
    known: Known = field(repr=False)

    @property
    def place(self) -> Place:
        return Place(Guide, self.guide.pk, self.guide.title)

    @cached_property
    def html(self) -> str:
        return render_guide(body=self.guide.body, guide_id=self.guide.pk or 0).html

    @cached_property
    def ids(self) -> frozenset[str]:
        return find_ids(self.html)


def read_guide(guide: Any, known: Known | None = None) -> GuideText:
    known = known or Known()
    return GuideText(guide, known.with_body(Body.read(guide.body, Guide._meta.get_field("body").stream_block)), known)


READERS[Guide] = read_guide


# --- What stops a guide -----------------------------------------------------------------------------


# Whether the approval of what is being published writes reviewer and date itself (guides/review_kinds.py).
SIGNED_BY_APPROVAL: list[Callable[[], bool]] = []


@rule("guide-slug", Guide, stops=True)
def has_its_own_address(text: GuideText) -> Iterator[Found]:
    """A guide has a slug that is its own."""
    for told in find_faults_of_slug(text.guide):
        yield Found(told, "slug")


@rule("guide-review", Guide, stops=True)
def is_the_text_that_was_signed(text: GuideText) -> Iterator[Found]:
    """A review is of the text that was signed, so it ends where that changes."""
    guide = text.guide
    if guide.reviewed_on is None or any(is_signed() for is_signed in SIGNED_BY_APPROVAL):
        return
    signed = {"reviewer": guide.reviewer, "reviewed_on": guide.reviewed_on}
    before = Guide.objects.filter(pk=guide.pk, first_published_at__isnull=False, **signed).first()
    if before is not None and _read_whole(guide) != _read_whole(before):
        told = gettext(
            "The text is not the one that {reviewer} reviewed on {day}: take reviewer and date out, or have it reviewed"
            " anew and give the new date."
        )
        yield Found(told.format(reviewer=guide.reviewer, day=format_day(guide.reviewed_on)), "reviewer")


def _read_whole(guide: Any) -> list[str]:
    """What readers are told, pictures and links with it. Spaces and marks the editor writes in its own way."""
    html = render_guide(body=guide.body, guide_id=guide.pk).html
    return [guide.title, guide.summary, "".join(unescape(ID.sub("", BLOCK_ID.sub("", html))).split())]


@rule("guide-empty", Guide, stops=True)
def has_a_text(text: GuideText) -> Iterator[Found]:
    """A guide has a text."""
    if not text.body.blocks:
        yield Found(gettext("The guide has no text yet: write it first."))


RULES[Guide] += [
    *(pictures.has_an_alternative, pictures.is_told_in_words, pictures.is_there, texts.block_stands_once),
    *(tables.interval_holds_its_rate, tables.rates_are_published),
]


@rule("guide-call", Guide, stops=True)
def calls_have_an_answer(text: GuideText) -> Iterator[Found]:
    """A picture to call has choices, one of which is its answer, and a reason."""
    for block in text.body.of("call_it"):
        for number, call in enumerate(read_list(block.get("items")), start=1):
            for fault in find_faults_of_call({**call, "choices": read_list(call.get("choices"))}).values():
                told = gettext("Picture {number} to call: {fault}").format(number=number, fault=fault)
                yield Found(told, "body", block.pk)


@rule("guide-picture-large", Guide, stops=True)
def pictures_are_quick(text: GuideText) -> Iterator[Found]:
    """A picture in a guide has at most 500 kB, for strangers come by telephone."""
    for block, image in pictures.shown_once(text):
        if (size := text.known.get_size(image)) > pictures.LARGEST:
            told = gettext("The picture “{name}” has {size} kB, and a guide shows at most {most} kB. Save it smaller.")
            sizes = {"size": -(-size // 1000), "most": pictures.LARGEST // 1000}
            yield Found(told.format(name=image.title, **sizes), "body", block.pk)


RULES[Guide].append(references.reference_has_words)


@rule("guide-answers", Guide, stops=True)
def questions_have_answers(text: GuideText) -> Iterator[Found]:
    """A question has its answer, and an answer its question."""
    for block in text.body.of("answers"):
        for one in read_list(block.get("answers")):
            if not str(one.get("question") or "").strip() or not words_of(one.get("answer")):
                told = gettext("Each question has an answer, and each answer a question: one is empty.")
                yield Found(told, "body", block.pk)


@rule("guide-heading-order", Guide, stops=True)
def headings_are_in_order(text: GuideText) -> Iterator[Found]:
    """The first heading is of the first level: who listens goes from heading to heading, and misses one left out."""
    first = HEADING.search(text.html)
    if first is not None and first["level"] != "2":
        told = gettext("Above “{heading}” there is no heading of the first level: put one before it.")
        yield Found(told.format(heading=unescape(strip_tags(first["words"]))), "body", text.body.blocks[0].pk)


RULES[Guide].append(references.doi_is_one)


@rule("guide-link-no-words", Guide, stops=True)
def links_have_words(text: GuideText) -> Iterator[Found]:
    """A link has words, which say where it leads."""
    return links.link_has_words.find(text)  # type: ignore[return-value]


@rule("guide-link-part", Guide, stops=True)
def links_lead_to_parts(text: GuideText) -> Iterator[Found]:
    """A link to a part of a guide or a lesson leads to one that it has."""
    known = text.known.once(Addresses)
    own = text.guide.get_absolute_url()
    for block, link in text.body.links:
        if link.page or known.find(link, lambda: text.ids) != State.THERE:
            continue
        if missing := known.find_missing_part(link, own, lambda: text.ids):
            page, part, there = missing
            told = gettext("The link “{words}” leads to a part that is not there: “{page}” has no “#{part}”.")
            yield Found(told.format(words=link.words, page=page, part=part), "body", block.pk)
            # Nobody writes the ids of blocks by hand.
            written = sorted(key for key in there if not key.startswith("b-"))
            if near := get_close_matches(part, written, n=1, cutoff=0):
                told = gettext("The nearest part of “{page}” is “#{part}”.").format(page=page, part=near[0])
                yield Found(told, "body", block.pk)


@rule("guide-link-taken-off", Guide, stops=True, is_of_others=True)
def links_lead_to_what_is_published(text: GuideText) -> Iterator[Found]:
    """A link within the academy leads to what is published."""
    for block, link in text.body.links:
        if text.known.once(Addresses).find(link, lambda: text.ids) == State.TAKEN_OFF:
            told = gettext(
                "The link “{words}” leads to “{address}”, which is not published: publish it, or take it out."
            )
            yield Found(told.format(words=link.words, address=link.address or link.page), "body", block.pk)


@rule("guide-link-nowhere", Guide, stops=True)
def links_lead_somewhere(text: GuideText) -> Iterator[Found]:
    """A link leads to something that there is."""
    for block, link in text.body.links:
        if text.known.once(Addresses).find(link, lambda: text.ids) == State.NOWHERE:
            told = gettext("The link “{words}” leads nowhere: there is no “{address}”.")
            yield Found(told.format(words=link.words, address=link.address or link.page), "body", block.pk)


@rule("guide-related", Guide, stops=True, is_of_others=True)
def related_lessons_are_published(text: GuideText) -> Iterator[Found]:
    """A related lesson is found by readers."""
    for link in text.guide.related.all():
        if not Lesson.objects.filter(pk=link.lesson_id, live=True, module__course__live=True).exists():
            told = gettext("Readers do not find the lesson “{lesson}”: publish it and its course, or take it out.")
            yield Found(told.format(lesson=link.lesson), "related")


# --- What a guide is advised ------------------------------------------------------------------------

RULES[Guide] += [
    *(pictures.is_told_in_short, pictures.has_its_file, pictures.is_sharp, pictures.says_where_it_is_from),
    *(pictures.has_a_caption, tables.rate_has_an_interval, tables.table_has_a_caption, tables.table_has_heads),
    *(tables.table_has_rows, texts.block_has_words, texts.headings_have_words, texts.headings_differ),
    *(references.has_references, references.references_come_last, references.reference_leads_to_its_work),
    *(references.reference_is_complete, references.reference_stands_once, links.link_is_safe),
]


@rule("guide-not-reviewed", Guide)
def is_reviewed(text: GuideText) -> Iterator[Found]:
    """A physician with a license has read and signed a guide."""
    if text.guide.reviewed_on is None:
        yield Found(gettext("No physician has signed it yet, and its page says so."), "reviewer")


# --- Where links lead, and what is live -------------------------------------------------------------


class LinkedGuides:
    """For links anywhere in the academy: `names` are the guides of which a part is led to."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names

    @cached_property
    def _guides(self) -> dict[int, tuple[bool, set[str]]]:
        """Whether each is published, or will be in a moment; and its slugs, those of before among them."""
        found: dict[int, tuple[bool, set[str]]] = {}
        for pk, live, slug, before in Guide.objects.values_list("pk", "live", "slug", "addresses__slug"):
            found.setdefault(pk, (live or pk in _together.get(), set()))[1].update(filter(None, (slug, before)))
        return found

    def find(self, name: str) -> State:
        return self._tell([is_there for is_there, slugs in self._guides.values() if name in slugs])

    def find_page(self, number: str) -> State:
        return self._tell([is_there for pk, (is_there, _) in self._guides.items() if str(pk) == number])

    def _tell(self, found: list[bool]) -> State:
        return State.THERE if any(found) else State.TAKEN_OFF if found else State.NOWHERE

    def find_ids(self, name: str) -> frozenset[str] | None:
        return self._ids.get(name, frozenset()) | PAGE_IDS

    @cached_property
    def _ids(self) -> dict[str, frozenset[str]]:
        """Of what is published, or will be in a moment."""
        named = Guide.objects.filter(Q(slug__in=self.names) | Q(addresses__slug__in=self.names)).distinct()
        html: dict[int, str] = dict(named.filter(live=True).values_list("pk", "rendering__html"))
        for coming in named.filter(pk__in=_together.get()).select_related("latest_revision"):
            body: StreamValue = coming.get_latest_revision_as_object().body
            html[coming.pk] = render_guide(body=body, guide_id=coming.pk).html
        ids = {pk: find_ids(text or "") for pk, text in html.items()}
        return {
            name: frozenset().union(
                *(ids.get(pk, frozenset()) for pk, (_, slugs) in self._guides.items() if name in slugs)
            )
            for name in self.names
        }


LINKED["guide"] = LinkedGuides


def check_live_guides(*, looks_at_files: bool) -> list[Fault]:
    known = Known(looks_at_files=looks_at_files)
    read = [read_guide(guide, known) for guide in Guide.objects.filter(live=True).order_by("position", "title")]
    watched = [each for each in RULES[Guide] if each.is_watched]
    return [fault for text in read for fault in ask(Guide, text, watched)]


LIVE.append(check_live_guides)
