"""How a page is made, and the words that every page shares."""

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from django.template import Context, Engine

from payments.money import format_money
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json

HERE = Path(__file__).parent
ENGINE = Engine(dirs=[str(HERE / "templates")])
STYLE = (HERE / "sandbox.css").read_bytes()

Page = tuple[int, str]
"""A status, and either a page's HTML or, with 303, where to go."""


def render(template: str, status: int = 200, **context: object) -> Page:
    return status, ENGINE.get_template(template).render(Context(context))


def go(path: str) -> Page:
    return HTTPStatus.SEE_OTHER, path


def not_here() -> Page:
    return render("nothing.html", HTTPStatus.NOT_FOUND)


def refusal(error: ApiError) -> Page:
    if error.status == HTTPStatus.NOT_FOUND:
        return not_here()
    return render("refusal.html", error.status, message=str(error))


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def totals_of(session: Json) -> Json:
    """Each amount of a session in words, empty where there is none."""
    currency, details = session["currency"], session["total_details"]
    discount, tax = details["amount_discount"], details["amount_tax"]
    return {
        "subtotal": format_money(session["amount_subtotal"], currency),
        "discount": f"-{format_money(discount, currency)}" if discount else "",
        "tax": format_money(tax, currency) if session["automatic_tax"]["status"] == "complete" else "",
        "total": format_money(session["amount_total"], currency),
    }
