from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.search import finding
from courses.search.forms import SearchForm
from courses.writing.queries import get_courses


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, courses=list(get_courses().values_list("slug", "title")))
    asked = form.asked
    answer = finding.search(request.user, **asked)
    context = {
        "form": form,
        "asked": asked,
        "answer": answer,
        "groups": [(name, label, count, _address(asked, group=name)) for name, label, count in answer.groups],
        "meant": _address(asked, text=answer.meant, group="") if answer.meant else "",
        "everything": _address(asked, group=""),
        "anywhere": _address(asked, group="", course=""),
        "previous": _address(asked, page=asked["page"] - 1) if asked["page"] > 1 else "",
        "next": _address(asked, page=asked["page"] + 1) if answer.has_more else "",
    }
    return render(request, "escan/search.html", context)


def _address(asked: dict[str, str | int], **changes: str | int) -> str:
    """This search with something changed; from the first page again, unless the page is what changes."""
    wanted = {**asked, "page": 1, **changes}
    query = QueryDict(mutable=True)
    query["q"] = str(wanted["text"])
    query.update({name: str(wanted[name]) for name in ("course", "group") if wanted[name]})
    if wanted["page"] != 1:
        query["page"] = str(wanted["page"])
    return f"?{query.urlencode()}"
