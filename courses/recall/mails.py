from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.mail.emails import build_optional_email
from accounts.mail.errors import NotDue
from accounts.models import Mail
from courses.recall.queries import DAILY, count_due, get_today, minutes_for


def compose_review_due(mail: Mail) -> EmailMultiAlternatives:
    assert mail.user is not None  # noqa: S101 - an optional mail without its person is dropped before
    due = count_due(mail.user, get_today(mail.user, timezone.now()))
    if not due:
        raise NotDue("Nothing is due any more.")
    context = {"due": due, "minutes": minutes_for(min(due, DAILY))}
    return build_optional_email(template="courses/email/review_due", mail=mail, context=context)
