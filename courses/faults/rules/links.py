"""Links in the text of lessons. Guides have rules of their own: one whose links are dead does not go live."""

from collections.abc import Iterator

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.faults.addresses import Addresses, State
from courses.faults.reading import LessonText
from courses.writing.models import Lesson


def get_ids(lesson: LessonText) -> frozenset[str]:
    """What can be led to within the lesson: its blocks, and its checks."""
    named = {f"b-{block.pk}" for block in lesson.body.blocks} | {f"ask-{pk}" for _, pk in lesson.body.checks}
    return frozenset(named)


@rule("link-malformed", Lesson, stops=True)
def link_is_an_address(lesson: LessonText) -> Iterator[Found]:
    """A link is an address: a whole one, or one of the academy from its slash."""
    known = lesson.known.once(Addresses)
    for block, link in lesson.body.links:
        if known.is_malformed(link):
            told = gettext("The link “{words}” is no address: write “{address}” with https://, or from the slash.")
            yield Found(told.format(words=link.words, address=link.address), "body", block.pk)


@rule("link-no-words", Lesson)
def link_has_words(lesson: LessonText) -> Iterator[Found]:
    """A link has words, which say where it leads.

    WCAG 2.2, 2.4.4.
    """
    for block, link in lesson.body.links:
        if not link.words:
            told = gettext("A link to “{address}” has no words: write where it leads.")
            yield Found(told.format(address=link.address or link.page), "body", block.pk)


@rule("link-http", Lesson)
def link_is_safe(lesson: LessonText) -> Iterator[Found]:
    """A link to elsewhere begins with https."""
    for block, link in lesson.body.links:
        if link.address.lower().startswith("http://"):
            told = gettext("The link “{words}” begins with http: nearly every site has https by now, try that.")
            yield Found(told.format(words=link.words), "body", block.pk)


@rule("link-nowhere", Lesson, is_watched=True)
def link_leads_somewhere(lesson: LessonText) -> Iterator[Found]:
    """A link within the academy leads to a page that there is.

    It is advice, since what leads to each other goes live one after the other.
    """
    known = lesson.known.once(Addresses)
    for block, link in lesson.body.links:
        if not known.is_malformed(link) and known.find(link, lambda: get_ids(lesson)) == State.NOWHERE:
            told = gettext("The link “{words}” leads nowhere: there is no “{address}”.")
            yield Found(told.format(words=link.words, address=link.address or link.page), "body", block.pk)


@rule("link-taken-off", Lesson, is_watched=True, is_of_others=True)
def link_leads_to_what_is_published(lesson: LessonText) -> Iterator[Found]:
    """A link within the academy leads to what is published."""
    known = lesson.known.once(Addresses)
    for block, link in lesson.body.links:
        if known.find(link, frozenset) == State.TAKEN_OFF:
            told = gettext("The link “{words}” leads to “{address}”, which is not published: publish or unlink it.")
            yield Found(told.format(words=link.words, address=link.address or link.page), "body", block.pk)


@rule("link-part-gone", Lesson, is_watched=True)
def link_leads_to_a_part(lesson: LessonText) -> Iterator[Found]:
    """A link to a part of a page leads to one that it has."""
    known = lesson.known.once(Addresses)
    for block, link in lesson.body.links:
        if link.page or known.is_malformed(link) or known.find(link, lambda: get_ids(lesson)) != State.THERE:
            continue
        if missing := known.find_missing_part(link):
            told = gettext("The link “{words}” leads to a part that is not there: “{page}” has no “#{part}”.")
            yield Found(told.format(words=link.words, page=missing[0], part=missing[1]), "body", block.pk)
