"""Money by month, in pictures and numbers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.http import StaffRequest
from payments.studio import statistics
from payments.studio.acts import for_payments


@for_payments
def show_money(request: StaffRequest) -> HttpResponse:
    months = statistics.get_months(timezone.now())
    context = {
        "months": months[::-1],
        "total": statistics.add_up(months),
        "money": statistics.draw(months, ["taken", "refunded", "disputed"], statistics.write_price),
        "checkouts": statistics.draw(months, ["begun", "paid"], str),
    }
    return render(request, "payments/studio/money.html", context)
