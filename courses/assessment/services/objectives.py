"""The objectives of a course as rows: an author writes lines, and questions belong to what a line says."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from courses.assessment.models.questions import Objective, Question

ALIKE = 0.5
"""How much of a line must have stayed for it to be the same objective in other words, from 0 to 1."""


def match_objectives(rows: Iterable[Objective], lines: Sequence[str]) -> list[Objective | None]:
    """Of each line the row whose objective it is, in these or in other words. Nothing is written."""
    left = {row.text: row for row in rows}
    same = {line: left.pop(line) for line in lines if line in left}
    return [same.get(line) or _take_alike(left, line) for line in lines]


def draft_objectives(course_id: int, lines: Sequence[str]) -> list[Objective]:
    """The row of each line of a draft: of a course that learners read no row is changed before it is published."""
    rows = list(Objective.objects.filter(course_id=course_id))
    matched = match_objectives(rows, lines)
    last = max((row.position for row in rows), default=0)
    for place, line in enumerate(lines):
        if matched[place] is None:
            last += 1
            matched[place] = Objective.objects.create(course_id=course_id, position=last, text=line)
    return [row for row in matched if row]


def find_lost(course_id: int, lines: Sequence[str]) -> list[tuple[Objective, list[Question]]]:
    """Each objective that is no line any more, with the questions that belong to it; without any it is no loss."""
    rows = list(Objective.objects.filter(course_id=course_id))
    gone = set(rows) - set(match_objectives(rows, lines))
    questions = (
        Question.objects.filter(objective__in=gone).select_related("lesson").defer("lesson__body").order_by("key")
    )
    found = [(row, [each for each in questions if each.objective_id == row.pk]) for row in rows if row in gone]
    return [(row, asked) for row, asked in found if asked]


def keep_objectives(course_id: int, lines: Sequence[str], *, keeps_asked: bool = False) -> None:
    """A line that moved or was reworded keeps its row, and so its questions; one that is gone lets them go.

    With `keeps_asked` its row stays while it has questions: nobody has been asked yet.
    """
    rows = list(Objective.objects.filter(course_id=course_id))
    matched = match_objectives(rows, lines)
    for position, (line, found) in enumerate(zip(lines, matched, strict=True), start=1):
        row = found or Objective(course_id=course_id)
        if (row.position, row.text) != (position, line):
            row.position, row.text = position, line
            row.save()
    for row in rows:
        if row not in matched and not (keeps_asked and row.questions.exists()):
            row.delete()


def _take_alike(rows: dict[str, Objective], line: str) -> Objective | None:
    alike = get_close_matches(line, rows, n=1, cutoff=ALIKE)
    return rows.pop(alike[0]) if alike else None
