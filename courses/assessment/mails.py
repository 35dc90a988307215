from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_email
from accounts.mail.errors import NotDue
from accounts.mail.kinds import NecessaryMail, register
from accounts.models import Mail
from courses.assessment.models.attempts import Attempt
from courses.assessment.services.regrades import TEST_PASSED


@register
class PassedAfterAll(NecessaryMail):
    name = TEST_PASSED
    title = _("Tests that are marked again")
    reason = _("One mail, if a question of your test was marked by a wrong key and you pass with the right one.")
    order = 35

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        attempt = Attempt.objects.select_related("course", "completion").filter(pk=mail.reference).first()
        if attempt is None:
            raise NotDue(gettext("The attempt is gone."))
        if not hasattr(attempt, "completion"):  # accounts were merged meanwhile
            raise NotDue(gettext("The course was completed by another attempt."))
        is_dated_back = attempt.completion.completed_at == attempt.submitted_at
        context = {"attempt": attempt, "is_dated_back": is_dated_back}
        return build_email(template="courses/assessment/email/test_passed", to=mail.to, context=context)
