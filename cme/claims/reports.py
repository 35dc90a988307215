"""What learners thought of a course, as its evaluations say."""

from collections import Counter, defaultdict
from datetime import UTC, date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cme.claims.evaluation import QUESTIONS, EvaluationQuestion
from cme.claims.models import Evaluation
from core.dates import format_day
from courses.reports.drawing import draw_bars
from courses.reports.queries import DAY, first_of_month, first_of_next_month, get_making, read_months
from courses.reports.registry import Asked, Report, Section, Tally, by_day, new_tally, register
from courses.reports.statistics import FEWEST, percent_of
from imaging.scoring.shares import Share


@register
class Evaluations(Report):
    slug = "evaluation"
    order = 70
    title = _("Evaluation")
    about = _("What learners answered about a course before they claimed credit, in numbers and without names.")
    note = _(
        "Whole months are told, and only those that are over and in which five or more answered about a course, so that"
        " nobody's answers can be read from the difference between two of them. Days stand for the month they are in."
    )
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
        sums = self.sum_up_large_months(asked)
        days = write_months(asked)
        return [tell_question(question, sums[question.key], days) for question in QUESTIONS if question.key in sums]

    def sum_up_large_months(self, asked: Asked) -> dict[str, Counter[str]]:
        """By question. An evaluation must not be read out of the difference between two answers of this report.

        So each is a sum of the same parts, which are whole or not there: the months of a course that were over when
        they were counted, with as many answers as may be told. One that is under way would differ from hour to hour.
        """
        made_at = get_making(self.slug).made_at
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for row in read_months(self.slug, asked):
            is_over = made_at is not None and row.begins_on < first_of_month(made_at.astimezone(UTC).date())
            is_large = sum(row.counts.values()) >= FEWEST
            sums[row.subject].update(row.counts if is_over and is_large else {})
        return sums


def write_months(asked: Asked) -> str:
    """The days that are counted when these are asked about."""
    first = asked.first and format_day(first_of_month(asked.first))
    last = asked.last and format_day(first_of_next_month(asked.last) - DAY)
    if first and last:
        return gettext("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return gettext("from %(first)s") % {"first": first}
    return gettext("until %(last)s") % {"last": last} if last else ""


def tell_question(question: EvaluationQuestion, counts: Counter[str], days: str) -> Section:
    n = counts.total()
    shares = [(gettext(choice), Share(counts[str(place)], n)) for place, choice in enumerate(question.choices)]
    about = f"n = {n:,}" if n else gettext("No month that is over has enough answers.")
    return Section(
        key=question.key,
        title=gettext(question.text),
        about=f"{about} ({days})" if days else about,
        head=[gettext("Answer"), gettext("Learners"), gettext("Percent")],
        rows=[[name, share.count if n else None, percent_of(share)] for name, share in shares],
        chart=draw_bars([(name, f"{share.count}/{n}", share.value, None) for name, share in shares]) if n else None,
    )
