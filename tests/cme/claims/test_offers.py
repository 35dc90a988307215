from decimal import Decimal

from django.utils import timezone

from cme.claims.offers import get_offer
from tests.cme.conftest import complete


def test_offer_amounts_go_down_in_quarters(learner_with_access, course):
    complete(learner_with_access, course)
    offer = get_offer(user=learner_with_access, course=course, now=timezone.now())
    assert offer.amounts == [Decimal(each) for each in ("1.25", "1.00", "0.75", "0.50", "0.25")]
