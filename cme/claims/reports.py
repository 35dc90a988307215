"""What learners thought of a course, as its evaluations say."""

from collections import Counter
from datetime import UTC, date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cme.claims.evaluation import QUESTIONS, EvaluationQuestion
from cme.claims.models import Evaluation
from courses.reports.drawing import draw_bars
from courses.reports.queries import sum_up_subjects
from courses.reports.registry import Asked, Report, Section, Tally, by_day, new_tally, register
from courses.reports.statistics import FEWEST, percent_of
from imaging.scoring.shares import Share


@register
class Evaluations(Report):
    slug = "evaluation"
    order = 70
    title = _("Evaluation")
    about = _("What learners answered about a course before they claimed credit, in numbers and without names.")
    icon = "comment"
    permission = "cme.view_evaluation"

    def count(self, since: date | None) -> Tally:
        tally = new_tally()
        rows = by_day(Evaluation.objects.all(), "submitted_at", since)
        for course, at, answers in rows.values_list("activity__course", "submitted_at", "answers").iterator():
            for question in QUESTIONS:
                if (answer := answers.get(question.key)) in question.choices:
                    tally[course, at.astimezone(UTC).date(), question.key][str(question.choices.index(answer))] += 1
        return tally

    def tell(self, asked: Asked) -> list[Section]:
        sums = sum_up_subjects(self.slug, asked)
        return [tell_question(question, sums[question.key]) for question in QUESTIONS if question.key in sums]


def tell_question(question: EvaluationQuestion, counts: Counter[str]) -> Section:
    """Of few nothing but their number: an evaluation has no name, and must not get one by being alone."""
    n = counts.total()
    shares = [(gettext(choice), Share(counts[str(place)], n)) for place, choice in enumerate(question.choices)]
    is_told = n >= FEWEST
    about = f"n = {n:,}" if is_told else gettext("n = %(n)d. Of fewer than %(fewest)d only their number is told.")
    return Section(
        key=question.key,
        title=gettext(question.text),
        about=about if is_told else about % {"n": n, "fewest": FEWEST},
        head=[gettext("Answer"), gettext("Learners"), gettext("Percent")],
        rows=[[name, share.count if is_told else None, percent_of(share)] for name, share in shares],
        chart=draw_bars([(name, f"{share.count}/{n}", share.value, None) for name, share in shares])
        if is_told
        else None,
    )
