"""What was published about breast calcifications, as values that nobody changes. Percentages are as printed."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    BENIGN = "benign"
    SUSPICIOUS = "suspicious"
    CLASS = "class"
    DISTRIBUTION = "distribution"
    CATEGORY = "category"


FORMS = (Kind.BENIGN, Kind.SUSPICIOUS, Kind.CLASS)


@dataclass(frozen=True)
class Descriptor:
    """A word of the lexicon: a form, a distribution or a category."""

    key: str
    kind: Kind
    name: str
    text: str = ""
    write: str = ""
    old_words: tuple[str, ...] = ()
    drawing: str = ""
    category: str = ""
    """What a single finding of this form usually gets."""
    category_note: str = ""


class StudyKind(StrEnum):
    SERIES = "series"
    POOLED = "pooled"
    ATLAS = "atlas"


@dataclass(frozen=True)
class Study:
    key: str
    name: str
    authors: str
    title: str
    journal: str
    year: int
    counted: str
    read: str
    """Where we read it."""
    kind: StudyKind = StudyKind.SERIES
    volume: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    n: int | None = None
    unit: str = ""
    with_masses: bool = False
    is_read: bool = True

    @property
    def link(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def citation(self) -> str:
        """The whole reference, in one line."""
        pages = f":{self.pages}" if self.pages else ""
        place = f"{self.journal}. {self.year}" + (f";{self.volume}{pages}" if self.volume else "")
        parts = (self.authors, self.title, place, f"PMID {self.pmid}" if self.pmid else "")
        sentences = [part if part[-1] in "?." else f"{part}." for part in parts if part]
        return " ".join([*sentences, *filter(None, [self.link])])


class Source(StrEnum):
    PUBLISHED = "published"
    COUNTS = "counts"
    IMPLIED = "implied"
    """From counts that the printed percentages imply."""
    PERCENT = "percent"
    """From the printed percentage and n."""


@dataclass(frozen=True)
class Interval:
    low: Decimal
    high: Decimal
    source: Source


@dataclass(frozen=True)
class Rate:
    """What share of something was malignant in a study."""

    study: Study
    percent: Decimal
    morphologies: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    n: int | None = None
    malignant: int | None = None
    is_implied: bool = False
    interval: Interval | None = None
    part: str = ""
    note: str = ""
    misprint: str = ""

    @property
    def is_shared(self) -> bool:
        """The study counts several forms, or several distributions, as one."""
        return max(map(len, (self.morphologies, self.distributions, self.categories))) > 1

    @property
    def is_in_range(self) -> bool:
        """It is of the thing alone and of the whole series, which has no masses and is no textbook."""
        study = self.study
        return not (self.is_shared or self.part or study.with_masses or study.kind == StudyKind.ATLAS)


@dataclass(frozen=True)
class Range:
    """What was published about one thing, from the highest to the lowest."""

    rates: tuple[Rate, ...]
    """Those that make the range."""
    others: tuple[Rate, ...]
    """Two things counted as one, parts of a series, series with masses, the atlas."""

    @property
    def with_masses(self) -> tuple[Rate, ...]:
        return tuple(rate for rate in self.others if rate.study.with_masses and not (rate.is_shared or rate.part))

    @property
    def is_empty(self) -> bool:
        return not (self.rates or self.others)

    @property
    def lowest(self) -> Rate | None:
        return self.rates[-1] if self.rates else None

    @property
    def highest(self) -> Rate | None:
        return self.rates[0] if self.rates else None

    @property
    def studies(self) -> int:
        """How many papers make it: two cohorts of one are one."""
        return len({rate.study.citation for rate in self.rates})

    @property
    def words(self) -> str:
        """Both ends with a dash between them; empty where no series makes a range."""
        return join_range(self.rates)


def join_range(rates: tuple[Rate, ...]) -> str:
    """From the lowest to the highest of rates that are sorted; one number where they are the same."""
    numbers = dict.fromkeys(f"{rate.percent.normalize():f}" for rate in (*rates[-1:], *rates[:1]))
    return "\N{EN DASH}".join(numbers)


@dataclass(frozen=True)
class Cell:
    """A form in a distribution."""

    morphology: Descriptor
    distribution: Descriptor
    range: Range
    category: str
    """What it usually gets; empty where none was stated and the form's own may be too low."""
    note: str


@dataclass(frozen=True)
class Row:
    morphology: Descriptor
    range: Range
    """Of the form in whatever distribution."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    distribution: Descriptor
    range: Range


@dataclass(frozen=True)
class Matrix:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Edition:
    """The lexicon whose words and categories these are."""

    name: str
    seen: str
    checked: bool


@dataclass(frozen=True)
class Usual:
    """The category of a form in a distribution, where one was stated."""

    morphology: str
    distribution: str
    category: str
    note: str = ""


@dataclass(frozen=True)
class Evidence:
    edition: Edition
    studies: dict[str, Study]
    descriptors: dict[str, Descriptor]
    rates: tuple[Rate, ...]
    usual: dict[tuple[str, str], Usual]
