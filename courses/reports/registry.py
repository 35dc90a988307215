"""What a report is, and the registry of them. Each app registers its own in a module `report_kinds`."""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise

from courses.reports.drawing import Chart
from courses.writing.models import Course

Key = tuple[int, date, str]
"""Course, day of UTC, subject."""
Tally = defaultdict[Key, Counter[str]]
BESIDE = 5  # columns
Cell = str | int | float | None
"""Nothing where too few are counted."""


def new_tally() -> Tally:
    return defaultdict(Counter)


@dataclass(frozen=True)
class Asked:
    """What a report is asked about; without dates of everything, without a course of all."""

    course: Course | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Section:
    """A table, and the picture of it."""

    key: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    about: str = ""
    chart: Chart | None = None
    is_of_words: bool = False
    """What stands in the first column is a sentence."""

    @property
    def is_wide(self) -> bool:
        """Its picture stands above the table."""
        return len(self.head) > BESIDE

    @property
    def cells(self) -> list[list[str]]:
        return [[write(cell) for cell in row] for row in self.rows]


def write(cell: Cell) -> str:
    if cell is None:
        return "–"  # noqa: RUF001 - a dash
    if isinstance(cell, str):
        return cell
    return formats.number_format(cell, 2 if isinstance(cell, float) else 0, force_grouping=True)


class Report(ABC):
    slug: ClassVar[str]
    """In addresses and in the rows of its figures: it stays."""
    order: ClassVar[int]
    """In the index."""
    title: ClassVar[str | Promise]
    about: ClassVar[str | Promise]
    note: ClassVar[str | Promise] = ""
    """How it counts, where that is not as the page says of all reports."""
    icon: ClassVar[str]
    permission: ClassVar[str] = "courses.view_reportfigure"
    is_of_one_course: ClassVar[bool] = False
    is_settled: ClassVar[bool] = True
    """What is counted of a day that is over changes only where somebody leaves. Otherwise all is counted each hour."""

    @property
    def url(self) -> str:
        return reverse(f"report_{self.slug}")

    @abstractmethod
    def count(self, since: date | None) -> Tally:
        """By days, from this day on."""

    @abstractmethod
    def tell(self, asked: Asked) -> list[Section]:
        """Of what is kept; empty where nothing was counted."""


REPORTS: dict[str, Report] = {}
"""By slug."""


def register(report: type[Report]) -> type[Report]:
    REPORTS[report.slug] = report()
    return report


def by_day(rows: QuerySet[Any], field: str, since: date | None) -> QuerySet[Any]:
    """The rows where this moment is known, from this day on, with their `day`."""
    known = rows.filter(Q(**{f"{field}__isnull": False}))
    if since is not None:
        known = known.filter(**{f"{field}__gte": datetime.combine(since, time(), UTC)})
    dated: QuerySet[Any] = known.annotate(day=TruncDate(F(field), tzinfo=UTC)).order_by()
    return dated
