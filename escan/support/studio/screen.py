"""The studio's screen of one person: what staff need to answer whoever writes to us (docs/support.md)."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from escan.support.queries import finding, people
from escan.support.studio.guard import for_support
from escan.support.studio.parts import SHORT, parts_for, show


@for_support()
@require_safe
def show_people(request: StaffRequest) -> HttpResponse:
    """Who is meant. One who is found alone is shown at once."""
    text = request.GET.get("q", "").strip()
    found = finding.find_people(text)
    if len(found) == 1:
        return redirect("support_person", found[0].pk)
    context = {"q": text, "found": found[: finding.MOST], "is_more": len(found) > finding.MOST}
    return render(request, "escan/support/people.html", context)


@for_support()
@require_safe
def show_person(request: StaffRequest, pk: int) -> HttpResponse:
    person = finding.get_person(pk)
    shown = [show(part, person, most=SHORT) for part in parts_for(request.user)]
    return render(request, "escan/support/person.html", {"person": person, "shown": shown})


@for_support()
@require_safe
def show_part(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """One part, with all of its list."""
    person = finding.get_person(pk)
    part = next((each for each in parts_for(request.user) if each.key == key), None)
    if part is None:
        raise Http404("There is no such part.")
    shown = [show(part, person, most=people.MOST)]
    return render(request, "escan/support/person.html", {"person": person, "shown": shown, "is_part": True})
