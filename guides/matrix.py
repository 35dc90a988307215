"""Forms by distributions as the block `matrix` shows them: each cell with its words and its studies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courses.writing.rates import describe_n, tell_intervals, tell_order, tell_places
from imaging.evidence.lookup import ALL, get_evidence, get_matrix, range_of
from imaging.evidence.records import Cell, Descriptor, Edition, Kind, Range, Rate, Study
from imaging.evidence.records import Row as EvidenceRow

ANY = "any"
"""In place of a descriptor's key, in the address of a cell."""


@dataclass(frozen=True)
class Pair:
    """A cell: a form in a distribution. Without one of the two it is of any."""

    morphology: Descriptor | None
    distribution: Descriptor | None
    range: Range
    category: str = ""
    note: str = ""
    nearby: tuple["Pair", ...] = ()
    """What was counted of its form and of its distribution, where the two were not counted together."""

    @property
    def key(self) -> str:
        return "-".join(word.key if word else ANY for word in (self.morphology, self.distribution))

    @property
    def is_whole(self) -> bool:
        """It names a form and a distribution."""
        return self.morphology is not None and self.distribution is not None

    @property
    def name(self) -> str:
        if self.morphology is None and self.distribution is None:
            return gettext("All calcifications")
        form = self.morphology.name if self.morphology else gettext("Any form")
        return gettext("{form}, {distribution}").format(form=form, distribution=self.heading.lower())

    @property
    def heading(self) -> str:
        """Of its column."""
        return self.distribution.name if self.distribution else gettext("Any distribution")

    @property
    def studies(self) -> int:
        return self.range.studies

    @property
    def reach(self) -> tuple[Decimal, Decimal] | None:
        """From the lowest end of an interval to the highest."""
        intervals = [rate.interval for rate in self.range.rates if rate.interval]
        if not intervals:
            return None
        return min(interval.low for interval in intervals), max(interval.high for interval in intervals)

    @property
    def rows(self) -> list["StudyRow"]:
        """What makes the range, from the highest, and then what stands beside it."""
        keys = [word.key for word in (self.morphology, self.distribution) if word]
        return [StudyRow(rate, describe_n(rate, *keys)) for rate in self._all_rates]

    @property
    def sources(self) -> str:
        """In sentences. Where a study was published is told by its link, if it has one."""
        return " ".join([*tell_order(self.range), *tell_places(self._unlinked), *tell_intervals(self._all_rates)])

    @property
    def _all_rates(self) -> list[Rate]:
        return [*self.range.rates, *self.range.others]

    @property
    def _unlinked(self) -> list[Rate]:
        return [rate for rate in self._all_rates if not rate.study.link]


@dataclass(frozen=True)
class StudyRow:
    """A rate in the table under the matrix."""

    rate: Rate
    n: str

    @property
    def study(self) -> str:
        return link_study(self.rate.study)

    @property
    def told(self) -> SafeString:
        interval = self.rate.interval
        between = f" {_short(interval.low)}\N{EN DASH}{_short(interval.high)}" if interval else ""
        return format_html("<b>{}%</b>{}", _short(self.rate.percent), between)

    @property
    def reach(self) -> tuple[Decimal, Decimal] | None:
        return (self.rate.interval.low, self.rate.interval.high) if self.rate.interval else None

    @property
    def rates(self) -> tuple[Rate]:
        return (self.rate,)


def _short(percent: Decimal) -> str:
    return f"{percent:f}".removesuffix(".0")


def link_study(study: Study) -> str:
    return format_html('<a href="{}">{}</a>', study.link, study.name) if study.link else study.name


@dataclass(frozen=True)
class Row:
    name: str
    pairs: list[Pair]
    """The first is of any distribution."""


@dataclass(frozen=True)
class DrawnMatrix:
    rows: list[Row]
    """The last is of any form."""

    @property
    def edition(self) -> Edition:
        return get_evidence().edition

    @property
    def headings(self) -> list[str]:
        return [pair.heading for pair in self.rows[0].pairs]

    @property
    def pairs(self) -> list[Pair]:
        """Of a form in a distribution."""
        return [pair for row in self.rows for pair in row.pairs if pair.is_whole]

    @property
    def uncounted(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.range.is_empty]

    @property
    def first(self) -> Pair:
        """What is shown before anything is chosen: what was studied most."""
        return max(self.pairs, key=lambda pair: pair.studies)


def draw_matrix() -> DrawnMatrix:
    matrix = get_matrix()
    of_any = [Pair(None, column.distribution, column.range) for column in matrix.columns]
    rows = [_make_row(row, of_any) for row in matrix.rows]
    return DrawnMatrix([*rows, Row(gettext("Any form"), [Pair(None, None, range_of(ALL)), *of_any])])


def _make_row(row: EvidenceRow, of_any: Sequence[Pair]) -> Row:
    form = row.morphology
    # Of a benign form that stands here the distribution decides.
    category = form.category if form.kind == Kind.SUSPICIOUS else ""
    margin = Pair(form, None, row.range, category, form.category_note)
    pairs = [_make_pair(cell, (margin, column)) for cell, column in zip(row.cells, of_any, strict=True)]
    return Row(form.name, [margin, *pairs])


def _make_pair(cell: Cell, margins: Sequence[Pair]) -> Pair:
    nearby = () if cell.range.rates else tuple(margin for margin in margins if margin.range.rates)
    return Pair(cell.morphology, cell.distribution, cell.range, cell.category, cell.note, nearby)


def read_matrix() -> Iterator[tuple[str, str]]:
    """For search: a paragraph a row."""
    for row in draw_matrix().rows:
        told = [f"{pair.name}: {tell_range(pair.range)}" for pair in row.pairs]
        yield gettext("{form} by distribution").format(form=row.name), " ".join(told)


def tell_range(range_: Range) -> str:
    """In a sentence."""
    names = ", ".join(dict.fromkeys(rate.study.name for rate in range_.rates))
    if not names:
        return gettext("no series found.")
    return gettext("{range} percent malignant ({studies}).").format(range=range_.words, studies=names)
