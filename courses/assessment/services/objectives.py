"""The objectives of a course as rows: an author writes lines, and questions belong to what a line says."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from courses.assessment.models.questions import Objective

ALIKE = 0.5
"""How much of a line must have stayed for it to be the same objective in other words, from 0 to 1."""


def keep_objectives(course_id: int, lines: Sequence[str]) -> None:
    """A line that moved or was reworded keeps its row, and so its questions; one that is gone lets them go."""
    rows = list(Objective.objects.filter(course_id=course_id))
    matched = match_objectives(rows, lines)
    for position, (line, found) in enumerate(zip(lines, matched, strict=True), start=1):
        row = found or Objective(course_id=course_id)
        if (row.position, row.text) != (position, line):
            row.position, row.text = position, line
            row.save()
    for row in rows:
        if row not in matched:
            row.delete()


def match_objectives(rows: Iterable[Objective], lines: Sequence[str]) -> list[Objective | None]:
    """Of each line the row that it had so far."""
    left = {row.text: row for row in rows}
    kept = {line: left.pop(line) for line in lines if line in left}
    return [kept.get(line) or _take_alike(left, line) for line in lines]


def _take_alike(rows: dict[str, Objective], line: str) -> Objective | None:
    alike = get_close_matches(line, rows, n=1, cutoff=ALIKE)
    return rows.pop(alike[0]) if alike else None
