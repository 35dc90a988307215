"""The rules, one module for each thing that they are about."""

from courses.faults.rules import (  # noqa: F401 - each registers its rules
    courses,
    lessons,
    links,
    pictures,
    questions,
    references,
    tables,
    tests,
    texts,
    unwritten,
    videos,
)
