from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_optional_email
from accounts.mail.errors import NotDue
from accounts.mail.kinds import OptionalMail, register
from accounts.models import Mail
from courses.recall.queries import DAILY, count_due, get_today, minutes_for
from courses.recall.reminders import RECALL_MAIL


@register
class RecallDue(OptionalMail):
    name = RECALL_MAIL
    title = _("Questions due in Recall")
    description = _(
        "One mail a week at most, when questions are due and you have not used Recall for three days. It comes "
        "only after you have used it once, and stops after a month without."
    )
    order = 20
    # Only who has begun gets it: what they began works by coming back in time.
    is_on_at_first = True

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        assert mail.user is not None  # noqa: S101 - an optional mail without its person is dropped before
        due = count_due(mail.user, get_today(mail.user, timezone.now()))
        if not due:
            raise NotDue("Nothing is due any more.")
        context = {"due": due, "minutes": minutes_for(min(due, DAILY))}
        return build_optional_email(template="courses/recall/email/recall_due", mail=mail, context=context)
