from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.rich_text import RichText

from accounts.forms import ProfileForm
from courses.learning.queries.outlines import get_outline
from courses.writing.queries import get_courses, get_samples
from escan.window import get_catalogue

# As in static/css/escan.css, with what each is for.
COLORS = {
    "paper": "the page",
    "well": "what lies lower: a hovered row, a chosen answer",
    "ink": "words",
    "ink-2": "words that may wait",
    "rule": "between rows",
    "edge": "around what can be used",
    "link": "leads elsewhere",
    "act": "the one filled button of a view",
    "mark": "marked, or where you are; never decoration",
    "good": "done, right, genuine",
    "bad": "refused, wrong, at fault",
    "film": "behind images",
}
TYPE = {
    "t-2": "notes",
    "t-1": "the interface",
    "t0": "reading",
    "t1": "ledes",
    "t2": "h2 in a text",
    "t3": "h2",
    "t4": "h1",
}
SPACE = [f"s{step}" for step in range(1, 9)]


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """For developers: every token and component, from the templates and classes that the pages use."""
    courses = list(get_courses()[:3])
    context = {
        "colors": COLORS,
        "sizes": TYPE,
        "steps": SPACE,
        "form": ProfileForm({"name": "Zoë Example, MD"}),
        "courses": get_catalogue()[:3],
        "outline": get_outline(courses[0], request.user) if courses else None,
        "people": courses[0].faculty.all()[:1] if courses else [],
        "samples": get_samples(),
        "pearl": {"kind": "pearl", "text": RichText("What to keep.")},
        "pitfall": {"kind": "pitfall", "text": RichText("What to avoid.")},
    }
    return render(request, "escan/design.html", context)
