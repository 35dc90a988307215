from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from imaging.performance.calibration import draw_calibration
from imaging.performance.confusion import Confused, confuse
from imaging.performance.drawing import STEP, make_curves, make_rows
from imaging.performance.group import find_place
from imaging.performance.queries import get_performance, group_forms
from imaging.performance.trend import draw_trend, size_of_block
from imaging.reading.sessions import reader_of
from imaging.scoring.areas import FEWEST_CASES
from imaging.scoring.group import FEWEST_OTHERS
from imaging.scoring.performance import Performance
from imaging.scoring.words import DISTRIBUTION_GROUPS


@never_cache
@require_safe
def performance(request: HttpRequest) -> HttpResponse:
    """A reader's own figures, as pictures and as tables."""
    reader = reader_of(request)
    found = get_performance(reader)
    rows = make_rows(found)
    block = size_of_block(found.shares.cases + found.left_out)
    context = {
        "performance": found,
        "rows": rows,
        "height": STEP * len(rows) + 24,
        "curves": make_curves(found),
        "missing": {
            "positive": max(0, FEWEST_CASES - found.roc.positive),
            "negative": max(0, FEWEST_CASES - found.roc.negative),
        },
        "calibrated": draw_calibration(found.calibration),
        "words": compare(found),
        "trend": draw_trend(found.trend, block),
        "block_size": block,
        "group": find_place(reader, found.shares),
        "fewest": FEWEST_CASES,
        "least_others": FEWEST_OTHERS,
    }
    return render(request, "imaging/performance/performance.html", context)


def compare(found: Performance) -> list[Confused]:
    compared = [
        confuse("form", gettext("Form"), found.morphology, group_forms()),
        confuse("distribution", gettext("Distribution"), found.distribution, DISTRIBUTION_GROUPS),
    ]
    return [words for words in compared if words.score.n]
