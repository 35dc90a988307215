"""Tables and rates in lessons and guides."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.faults.reading import Block, as_number
from courses.writing.blocks import RateBlock, find_faults_of_rate
from courses.writing.models import Lesson
from courses.writing.rates import has_rates


def read_rates(text: Any) -> Iterator[tuple[Block, dict[str, Any]]]:
    for block in text.body.of("table"):
        for part in block.parts:
            if isinstance(part.definition, RateBlock) and isinstance(part.value, Mapping):
                yield block, {name: as_number(part.value.get(name)) for name in ("percent", "low", "high")}


@rule("rate-interval", Lesson, stops=True)
def interval_holds_its_rate(text: Any) -> Iterator[Found]:
    """A rate is from 0 to 100, and lies within its interval, which has two ends."""
    for block, rate in read_rates(text):
        for told in find_faults_of_rate(rate).values():
            yield Found(told, "body", block.pk)


@rule("rate-no-interval", Lesson)
def rate_has_an_interval(text: Any) -> Iterator[Found]:
    """Uncertainty is drawn beside every rate."""
    bare = Counter(
        block.pk for block, rate in read_rates(text) if rate["percent"] is not None and rate["low"] is rate["high"]
    )
    for pk, n in bare.items():
        told = gettext("{n} of the rates have no interval: give the published one, or one from counts.")
        yield Found(told.format(n=n), "body", pk)


@rule("rates-unknown", Lesson, stops=True)
def rates_are_published(text: Any) -> Iterator[Found]:
    """The published rates of something are in the academy's list (decision 48)."""
    for block in text.body.of("rates"):
        name = str(block.get("descriptor"))
        if not has_rates(name):
            yield Found(gettext("There are no published rates of “{name}”.").format(name=name), "body", block.pk)


@rule("table-no-caption", Lesson)
def table_has_a_caption(text: Any) -> Iterator[Found]:
    """A table says what it is a table of: who listens to the page goes from table to table by it.

    WCAG 2.2, technique H39.
    """
    for block in text.body.of("table"):
        if not str(block.get("table", "caption") or "").strip():
            yield Found(gettext("A table has no caption: say what it is a table of."), "body", block.pk)


@rule("table-no-heads", Lesson)
def table_has_heads(text: Any) -> Iterator[Found]:
    """Every column of a table has its heading.

    WCAG 2.2, 1.3.1.
    """
    for block in text.body.of("table"):
        columns = block.get("table", "columns") or ()
        if not all(str(column.get("heading") or "").strip() for column in columns):
            yield Found(gettext("A column of the table has no heading: name each."), "body", block.pk)


@rule("table-empty", Lesson)
def table_has_rows(text: Any) -> Iterator[Found]:
    """A table has rows."""
    for block in text.body.of("table"):
        if not block.get("table", "rows"):
            yield Found(gettext("A table has no rows: fill it, or take it out."), "body", block.pk)
