"""One reader beside the others, of whom nobody can be read off."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext

from core.caching import pages
from imaging.performance.drawing import STEP, place
from imaging.reading.models import Reading
from imaging.reading.queries import Reader, counts_somewhere
from imaging.scoring.areas import FEWEST_CASES
from imaging.scoring.group import GroupPlace, place_in_group
from imaging.scoring.performance import Shares
from imaging.scoring.shares import Share

KEPT_SECONDS = 24 * 60 * 60
"""The figures of a day: who looks again and again would else see when one reader's change."""
KEY = "shares-of-readers"


@dataclass(frozen=True)
class Others:
    """Of each reader with enough studies of both sorts, without a name."""

    readers: dict[int, tuple[float, float]]
    """Sensitivity and specificity by the key of the reader, who is taken out of their own group."""

    def of(self, number: int, but: int) -> list[float]:
        return [shares[number] for key, shares in self.readers.items() if key != but]


def get_others() -> Others:
    """One query a day."""
    readers = pages.get(KEY)
    if readers is None:
        readers = _measure_readers()
        pages.set(KEY, readers, KEPT_SECONDS)
    return Others(readers)


def _measure_readers() -> dict[int, tuple[float, float]]:
    positive, recalled = Q(truth__recall=True), Q(recall=True)
    readings = Reading.objects.counted().exclude(user=None).filter(counts_somewhere())
    counted = (
        readings.order_by()
        .values("user")
        .annotate(
            positive=Count("pk", filter=positive),
            found=Count("pk", filter=positive & recalled),
            negative=Count("pk", filter=~positive),
            left=Count("pk", filter=~positive & ~recalled),
        )
    )
    enough = counted.filter(positive__gte=FEWEST_CASES, negative__gte=FEWEST_CASES)
    rows = enough.values_list("user", "found", "positive", "left", "negative")
    return {user: (found / positive, left / negative) for user, found, positive, left, negative in rows}


@dataclass(frozen=True)
class Placed:
    """One figure of a reader among those of the others; places in units of the drawing."""

    name: str
    share: Share
    group: GroupPlace
    y: int

    @property
    def percent(self) -> int:
        return round(100 * (self.share.value or 0))

    @property
    def quarters(self) -> list[int]:
        """In whole percent, so that no reader's own count shows."""
        return [round(100 * value) for value in self.group.quartiles or ()]

    @property
    def xs(self) -> list[float]:
        return [place(percent / 100) for percent in self.quarters]

    @property
    def width(self) -> float:
        return round(self.xs[2] - self.xs[0], 1)

    @property
    def x(self) -> float:
        return place(self.share.value or 0)

    @property
    def above(self) -> int:
        return self.y - 16

    @property
    def top(self) -> int:
        return self.y - 8

    @property
    def bottom(self) -> int:
        return self.y + 8


@dataclass(frozen=True)
class Group:
    rows: list[Placed]
    others: int

    @property
    def height(self) -> int:
        return STEP * len(self.rows) + 24


def find_place(reader: Reader, shares: Shares) -> Group | None:
    """None for who has not read enough themselves; without rows where there are too few others."""
    if min(shares.sensitivity.n, shares.specificity.n) < FEWEST_CASES:
        return None
    others, own = get_others(), reader.user.pk if reader.user else 0
    told = [(gettext("Sensitivity"), shares.sensitivity), (gettext("Specificity"), shares.specificity)]
    rows = [
        Placed(name, share, place_in_group(share.value or 0, others.of(number, own)), STEP * (number + 1))
        for number, (name, share) in enumerate(told)
    ]
    return Group([row for row in rows if not row.group.hidden], rows[0].group.others)
