"""What the viewer gets on pages of experts: outlines of several signs."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from imaging.reading.showing import describe_view, describe_words, hang
from imaging.reading.words import list_distributions, list_morphologies
from imaging.studies.models import Study, StudySource, View
from imaging.truths.outlines import describe_finding
from imaging.truths.queries import Expert

SIGNS = 5
"""Kinds of line in static/css/truths.css; letters tell more experts apart."""


def describe_outlines(study: Study, views: Iterable[View], outlines: list[dict[str, Any]]) -> dict[str, Any]:
    """A study whose marks nobody makes: the viewer only shows."""
    return {
        "reading": f"truth-{study.pk}",
        "locked": True,
        "note": gettext("Synthetic") if study.source == StudySource.SYNTHETIC else "",
        "views": [describe_view(view) for view in hang(views)],
        "marks": [],
        "words": {
            "morphologies": describe_words(list_morphologies()),
            "distributions": describe_words(list_distributions()),
        },
        "truth": outlines,
        "addresses": {"marks": "", "page": ""},
    }


def outlines_of_experts(experts: Iterable[Expert]) -> list[dict[str, Any]]:
    return [
        outline
        for number, expert in enumerate(experts)
        for finding in expert.draft.findings
        for outline in describe_finding(
            finding,
            label=f"{expert.letter} {finding.name}",
            name=gettext("{expert}: {finding}").format(expert=expert.name, finding=finding.name),
            sign=f"sign-{number % SIGNS}",
        )
    ]
