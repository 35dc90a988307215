"""Money by month, and its pictures: plain numbers that a template writes into an SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.dates import format_month
from payments.models import CheckoutSession, Dispute, Purchase, Refund
from payments.money import format_money, format_price

MONTHS = 12
# The picture's own units; the page scales it.
WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 10, 28
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Month:
    first: datetime
    taken: int = 0
    payments: int = 0
    refunded: int = 0
    refunds: int = 0
    disputed: int = 0
    disputes: int = 0
    begun: int = 0
    paid: int = 0

    @property
    def name(self) -> str:
        # Not by the template: it would move midnight into the reader's zone.
        return format_month(self.first)

    @property
    def is_empty(self) -> bool:
        return not (self.payments or self.refunds or self.disputes or self.begun)

    @property
    def conversion(self) -> str:
        return f"{100 * self.paid / self.begun:.0f} %" if self.begun else ""

    @property
    def money(self) -> dict[str, str]:
        kinds = {"taken": self.taken, "refunded": self.refunded, "disputed": self.disputed}
        return {name: format_money(amount, settings.PRICE_CURRENCY) for name, amount in kinds.items()}


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    kind: str
    label: str


@dataclass(frozen=True)
class Line:
    y: int
    label: str


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    lines: list[Line]
    months: list[tuple[int, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    text_right: int = LEFT - 8
    text_bottom: int = HEIGHT - 8


def get_months(now: datetime) -> list[Month]:
    """The last twelve, oldest first, in the currency of the price and in UTC. Four queries, whatever there is."""
    firsts = [first_of_month(now, back) for back in range(MONTHS - 1, -1, -1)]
    ours = settings.PRICE_CURRENCY
    facts: dict[datetime, dict[str, int]] = {first: {} for first in firsts}
    sources: list[tuple[QuerySet[Any], str, dict[str, Any]]] = [
        (Purchase.objects.filter(currency=ours), "paid_at", {"taken": Sum("amount"), "payments": Count("pk")}),
        (
            Refund.objects.filter(currency=ours, status=Refund.Status.SUCCEEDED),
            "created_at",
            {"refunded": Sum("amount"), "refunds": Count("pk")},
        ),
        (
            Dispute.objects.filter(currency=ours),
            "created_at",
            {"disputed": Sum("amount"), "disputes": Count("pk")},
        ),
        (CheckoutSession.objects.all(), "created_at", {"begun": Count("pk"), "paid": Count("purchase")}),
    ]
    for rows, field, sums in sources:
        recent = rows.filter(**{f"{field}__gte": firsts[0], f"{field}__lte": now})
        by_month = recent.annotate(first=TruncMonth(field, tzinfo=UTC)).order_by().values("first")
        for found in by_month.annotate(**{f"sum_{name}": how for name, how in sums.items()}):
            facts[found["first"]] |= {name: found[f"sum_{name}"] or 0 for name in sums}
    return [Month(first=first, **facts[first]) for first in firsts]


def first_of_month(now: datetime, back: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def add_up(months: Sequence[Month]) -> Month:
    names = [name for name in Month.__dataclass_fields__ if name != "first"]
    return Month(first=months[0].first, **{name: sum(getattr(month, name) for month in months) for name in names})


def draw(months: Sequence[Month], kinds: Sequence[str], write: Callable[[int], str]) -> Chart:
    """Bars side by side for each month, and lines at round amounts."""
    top = max([getattr(month, kind) for month in months for kind in kinds] + [1])
    step = round_step(top)
    highest = -(-top // step) * step
    room = HEIGHT - TOP - BOTTOM
    slot = (WIDTH - LEFT - RIGHT) // len(months)
    width = (slot * 7 // 10) // len(kinds)
    bars = []
    for number, month in enumerate(months):
        for place, kind in enumerate(kinds):
            amount = getattr(month, kind)
            # What is not nothing is seen.
            height = max(amount * room // highest, 1) if amount else 0
            x = LEFT + number * slot + slot * 15 // 100 + place * width
            label = f"{month.name}, {kind}: {write(amount)}"
            bars.append(Bar(x, TOP + room - height, width - 1, height, kind, label))
    ticks = range(0, highest + 1, step)
    lines = [Line(TOP + room - tick * room // highest, write(tick)) for tick in ticks]
    names = [(LEFT + number * slot + slot // 2, month.name[:3]) for number, month in enumerate(months)]
    return Chart([bar for bar in bars if bar.height], lines, names)


def round_step(top: int) -> int:
    """A round number of which some five make the top: 1, 2, 5, 10, 20, 50 …"""
    power = 1
    while power * 10 <= top // 5:
        power *= 10
    return next((factor * power for factor in STEPS if factor * power * 5 >= top), STEPS[-1] * power)


def write_price(amount: int) -> str:
    return format_price(amount, settings.PRICE_CURRENCY)
