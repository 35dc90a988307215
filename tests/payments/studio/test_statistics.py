from datetime import UTC, datetime

import pytest
from django.utils import timezone

from payments.models import CheckoutSession
from payments.studio import statistics
from tests.html import flat
from tests.payments.studio.making import MONEY, make_attempt, make_dispute, make_purchase, make_refund, text_of

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


def test_money_by_month(client_for, admin, learner, other_learner):
    now = datetime(2026, 3, 15, 12, tzinfo=UTC)
    make_purchase(learner, 1, paid_at=datetime(2026, 3, 1, tzinfo=UTC))
    old = make_purchase(other_learner, 2, paid_at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    CheckoutSession.objects.filter(pk=old.session_id).update(created_at=datetime(2026, 2, 28, tzinfo=UTC))
    CheckoutSession.objects.exclude(pk=old.session_id).update(created_at=datetime(2026, 3, 1, tzinfo=UTC))
    abandoned = make_attempt(learner, 3, status="expired", payment_status="unpaid")
    CheckoutSession.objects.filter(pk=abandoned.pk).update(created_at=datetime(2026, 3, 2, tzinfo=UTC))
    make_refund(old, created_at=now)
    make_refund(old, created_at=now, status="refused")
    make_dispute(old, created_at=now)

    *_, february, march = months = statistics.get_months(now)

    assert len(months) == 12
    assert months[0].name == "April 2025"
    assert (february.taken, february.payments, february.begun, february.paid) == (7900, 1, 1, 1)
    assert (march.taken, march.payments, march.begun, march.paid) == (7900, 1, 2, 1)
    assert (march.refunded, march.refunds, march.disputed, march.disputes) == (2000, 1, 7900, 1)
    assert (february.conversion, march.conversion, months[0].conversion) == ("100 %", "50 %", "")
    assert statistics.add_up(months).taken == 15800


def test_money_is_drawn_with_its_numbers_beside(client_for, admin, learner):
    make_purchase(learner)
    month = f"{timezone.now():%B %Y}"

    page = text_of(client_for(admin), MONEY)

    assert page.count('<svg class="studio-chart"') == 2
    assert f"<title>{month}, taken: $79</title>" in page
    assert f'<th scope="row">{month}</th><td>$79.00</td>' in flat(page)
    assert "style=" not in page[page.index("studio-money") : page.index("</table>")]


def test_money_says_that_there_is_none(client_for, admin):
    page = text_of(client_for(admin), MONEY)
    assert "Nothing was bought in the last twelve months." in page
    assert "studio-chart" not in page


@pytest.mark.parametrize(
    ("top", "step"), [(1, 1), (5, 1), (6, 2), (30, 10), (51, 20), (7900, 2000), (47400, 10000), (999_999, 200_000)]
)
def test_lines_stand_at_round_numbers(top, step):
    assert statistics.round_step(top) == step


def test_every_bar_stays_within_the_picture():
    first = datetime(2026, 1, 1, tzinfo=UTC)
    months = [statistics.Month(first=first, taken=10**9 * number, refunded=number) for number in range(12)]
    chart = statistics.draw(months, ["taken", "refunded"], str)
    assert len(chart.bars) == 22
    for bar in chart.bars:
        assert bar.height >= 1
        assert 0 <= bar.y <= bar.y + bar.height <= chart.height
        assert chart.left <= bar.x <= bar.x + bar.width <= chart.width
