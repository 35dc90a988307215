from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from imaging.performance.drawing import STEP, make_curves, make_rows, make_words
from imaging.performance.queries import get_performance
from imaging.reading.sessions import reader_of
from imaging.scoring.areas import FEWEST_CASES


@never_cache
@require_safe
def performance(request: HttpRequest) -> HttpResponse:
    """A reader's own figures, as pictures and as a table."""
    found = get_performance(reader_of(request))
    rows = make_rows(found)
    context = {
        "performance": found,
        "rows": rows,
        "height": STEP * len(rows) + 24,
        "curves": make_curves(found),
        "words": make_words(found),
        "fewest": FEWEST_CASES,
    }
    return render(request, "imaging/performance/performance.html", context)
