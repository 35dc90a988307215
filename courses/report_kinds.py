"""Found by its name: the reports of this app."""

from courses.reports.kinds import enrolments, passing, questions, stops, times, videos  # noqa: F401 - they register
