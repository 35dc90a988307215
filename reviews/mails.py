"""Mails to staff about review. A person may turn each off; the queue in the studio stays."""

from django.core.mail import EmailMultiAlternatives
from django.db.models import Prefetch
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_optional_email
from accounts.mail.errors import NotDue
from accounts.mail.kinds import OptionalMail, register
from accounts.models import Mail
from reviews.models import Act, Comment, Decision
from reviews.queries import get_queue
from reviews.services.mailing import NEWS, WAITING

TOLD = (Act.APPROVED, Act.CHANGES_ASKED, Act.WENT_LIVE, Act.FELL_BACK)


class ForStaff(OptionalMail):
    is_for_staff = True
    is_on_at_first = True


@register
class ReviewWaiting(ForStaff):
    name = WAITING
    title = _("Review: what waits for you")
    description = _("One mail when something is sent to review that you may decide, however much is sent at once.")
    order = 60

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        assert mail.user is not None  # noqa: S101 - an optional mail without its person is dropped before
        waiting = [row for row in get_queue(mail.user) if row.sent_by_id != mail.user.pk]
        if not waiting:
            raise NotDue(gettext("Nothing waits any more."))
        newest = waiting[::-1]
        context = {"rows": newest[:20], "count": len(newest), "more": len(newest[20:])}
        return build_optional_email(template="reviews/email/waiting", mail=mail, context=context)


@register
class ReviewNews(ForStaff):
    """Of the decision that the reference begins with, and of all that came since and before it is sent."""

    name = NEWS
    title = _("Review: what became of what you sent")
    description = _("When it is approved, when changes are asked for, and when it goes live.")
    order = 61

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        first = int(mail.reference.partition("-")[0])
        told = Decision.objects.filter(pk__gte=first, act__in=TOLD, submission__sent_by=mail.user)
        open_ones = Comment.objects.filter(resolved_at=None, answers_to=None).select_related("by")
        rows = told.select_related("submission").prefetch_related(
            Prefetch("submission__comments", queryset=open_ones, to_attr="open_comments")
        )
        news = list(rows.order_by("pk"))
        if not news:
            raise NotDue(gettext("What it tells of is gone."))
        context = {"news": news, "count": len(news), "first": news[0]}
        return build_optional_email(template="reviews/email/news", mail=mail, context=context)
