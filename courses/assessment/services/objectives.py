"""The objectives of a course as rows: an author writes lines, and questions belong to what a line says."""

from collections.abc import Sequence
from difflib import get_close_matches

from courses.assessment.models.questions import Objective

ALIKE = 0.5
"""How much of a line must have stayed for it to be the same objective in other words, from 0 to 1."""


def keep_objectives(course_id: int, lines: Sequence[str]) -> None:
    """A line that moved or was reworded keeps its row, and so its questions; one that is gone lets them go."""
    rows = {row.text: row for row in Objective.objects.filter(course_id=course_id)}
    kept = {line: rows.pop(line) for line in lines if line in rows}
    for position, line in enumerate(lines, start=1):
        row = kept.get(line) or _take_alike(rows, line) or Objective(course_id=course_id)
        if (row.position, row.text) != (position, line):
            row.position, row.text = position, line
            row.save()
    for row in rows.values():
        row.delete()


def _take_alike(rows: dict[str, Objective], line: str) -> Objective | None:
    alike = get_close_matches(line, rows, n=1, cutoff=ALIKE)
    return rows.pop(alike[0]) if alike else None
