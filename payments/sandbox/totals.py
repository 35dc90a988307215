"""What a session comes to: the lines, less the code, plus the tax."""

from copy import deepcopy

from payments.sandbox.store import Json

TAX = 8  # per cent of what is left after the discount


def percent_of(amount: int, percent: int) -> int:
    """Half a cent goes up."""
    return (amount * percent + 50) // 100


def add_up(session: Json) -> None:
    """Set every amount. As at Stripe the tax comes with the buyer's address, not before."""
    is_taxed = session["automatic_tax"]["enabled"] and session["_located"]
    lines = session["line_items"]["data"]
    for line in lines:
        line["amount_discount"] = percent_of(line["amount_subtotal"], session["_percent_off"])
        taxable = line["amount_subtotal"] - line["amount_discount"]
        line["amount_tax"] = percent_of(taxable, TAX) if is_taxed else 0
        line["amount_total"] = taxable + line["amount_tax"]
    session["amount_subtotal"] = sum(line["amount_subtotal"] for line in lines)
    session["amount_total"] = sum(line["amount_total"] for line in lines)
    session["total_details"] = {
        "amount_discount": sum(line["amount_discount"] for line in lines),
        "amount_shipping": 0,
        "amount_tax": sum(line["amount_tax"] for line in lines),
    }
    if session["automatic_tax"]["enabled"]:
        session["automatic_tax"]["status"] = "complete" if is_taxed else "requires_location_inputs"


def with_tax(session: Json) -> Json:
    """The session as the payment page shows it, where the address is typed in."""
    shown = deepcopy(session)
    if session["status"] == "open":
        shown["_located"] = True
        add_up(shown)
    return shown
