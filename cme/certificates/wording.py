"""What a certificate says, put together from a claim."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.names import tidy_name
from cme.activities.formats import amount_of, write_award
from cme.activities.models import Activity, CreditType
from cme.certificates.codes import format_code
from cme.certificates.names import han_variant
from cme.certificates.rendering import CertificateFields
from core.dates import format_day
from courses.models import Completion

DEMONSTRATION = (
    "This is a demonstration: the provider is invented, nobody accredited the activity, "
    "and this certificate carries no credit."
)


def certificate_fields(
    *,
    user: User,
    activity: Activity,
    credit_type: CreditType,
    completion: Completion,
    amount: Decimal,
    code: str,
    verify_url: str,
    issued_on: date,
) -> CertificateFields:
    return CertificateFields(
        heading=credit_type.heading,
        **printed_name(user.name, user),
        did=f"completed the {activity.learning_format.lower()}",
        activity=activity.course.title,
        award=write_award(activity, credit_type, amount),
        facts=(
            ("Completed", format_day(completion.completed_on)),
            ("Learning format", f"{activity.learning_format}, {activity.medium}"),
            ("Credit claimed", amount_of(amount, credit_type)),
            ("Accredited provider", activity.provider_in_full),
        ),
        statements=(
            activity.accreditation_statement,
            activity.designation_statement,
            f"Issued by eScan Academy on {format_day(issued_on)}.",
        ),
        italics=trademarks(activity.credit_types.all()),
        demonstration=activity.is_demonstration,
        demonstration_note=DEMONSTRATION if activity.is_demonstration else "",
        code=format_code(code),
        verify_url=verify_url,
    )


def printed_name(name: str, user: User) -> dict[str, str]:
    """The fields that follow from the name: they alone change when a held certificate is made again."""
    return {"name": tidy_name(name), "han": han_variant(name, user.time_zone)}


def replacing_fields(
    fields: dict[str, Any], *, name: str, user: User, code: str, verify_url: str, replaces: str, issued_on: date
) -> dict[str, Any]:
    """The words of a certificate that replaces another: everything as it was claimed, but for name, code and day."""
    issued = f"Issued by eScan Academy on {format_day(issued_on)}, in place of certificate {replaces}."
    return fields | {
        **printed_name(name, user),
        "statements": [*fields["statements"][:-1], issued],
        "code": format_code(code),
        "verify_url": verify_url,
    }


def trademarks(types: Iterable[CreditType]) -> tuple[str, ...]:
    """The ways in which the statements write the trademarks: one credit, several, and “Credit(s)”."""
    names = [name for each in types if each.is_trademark for name in (each.name, each.plural)]
    return (*names, *(name.replace("Credits", "Credit(s)") for name in names if "Credits" in name))


def to_snapshot(fields: CertificateFields) -> dict[str, Any]:
    return asdict(fields)


def from_snapshot(snapshot: dict[str, Any]) -> CertificateFields:
    lists = {"facts": tuple((name, value) for name, value in snapshot["facts"])}
    lists |= {key: tuple(snapshot[key]) for key in ("statements", "italics")}
    return CertificateFields(**{**snapshot, **lists})
