"""Test sets: the set's own page, an attempt, its result."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest, is_signed_in
from core.http import SeeOther, post_only
from imaging.errors import ImagingError
from imaging.testsets import services
from imaging.testsets.errors import CasesBeingMade, SetClosed
from imaging.testsets.models import SetAttempt
from imaging.testsets.queries import get_attempt_for, get_cases, get_desk, get_test_set, list_sets
from imaging.testsets.results import describe_result

View = Callable[..., HttpResponseBase]


@never_cache
@require_safe
def test_sets(request: HttpRequest) -> HttpResponse:
    return render(request, "imaging/testsets/test_sets.html", {"sets": list_sets()})


@never_cache
@require_safe
def test_set(request: HttpRequest, slug: str) -> HttpResponse:
    """What the set is, its rule, and the reader's attempts; for everybody to see."""
    found = get_test_set(slug)
    desk = get_desk(request.user, found) if is_signed_in(request) else None
    return render(request, "imaging/testsets/test_set.html", {"test_set": found, "desk": desk})


@never_cache
@require_safe
@login_required
def progress(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """The part of the page that asks again while cases are made."""
    found = get_test_set(slug)
    desk = get_desk(request.user, found)
    if not desk.has_access:
        return render(request, "imaging/testsets/closed.html", status=403)
    return render(request, "imaging/testsets/_begin.html", {"test_set": found, "desk": desk})


@post_only("imaging:test_set", "slug")
@login_required
def begin(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Begins an attempt, or goes on with it; where its cases are not there yet, has them made."""
    found = get_test_set(slug)
    try:
        services.prepare_edition_for(user=request.user, test_set=found)
        attempt = services.begin_attempt(user=request.user, test_set=found)
    except CasesBeingMade:
        return redirect(found)  # which says how far they are
    except ImagingError as error:
        messages.info(request, str(error))
        return redirect(found)
    return SeeOther(attempt.next_url)


@post_only("imaging:test_set", "slug")
@login_required
def consent(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found = get_test_set(slug)
    if "give" in request.POST:
        services.give_consent(user=request.user, test_set=found)
        messages.success(request, gettext("Teachers can see your results of this set, with your name."))
    else:
        services.take_back_consent(user=request.user, test_set=found)
        messages.success(request, gettext("Your results of this set are in counts alone, without your name."))
    return redirect(found)


def of_attempt(view: View) -> View:
    """Gives the view the reader's own attempt."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: AuthenticatedRequest, key: str) -> HttpResponseBase:
        try:
            attempt = get_attempt_for(request.user, key)
        except SetClosed:
            return render(request, "imaging/testsets/closed.html", status=403)
        return view(request, attempt)

    return guarded


@require_safe
@of_attempt
def attempt(request: HttpRequest, attempt: SetAttempt) -> HttpResponse:
    """Its cases, and once it is handed in its result."""
    context: dict[str, Any] = {"attempt": attempt, "test_set": attempt.test_set}
    if attempt.is_handed_in:
        return render(request, "imaging/testsets/result.html", {**context, "result": describe_result(attempt)})
    return render(request, "imaging/testsets/attempt.html", {**context, "cases": get_cases(attempt)})


@require_safe
@of_attempt
def go_on(request: HttpRequest, attempt: SetAttempt) -> HttpResponse:
    """The next case that is left; then back to the attempt, to hand it in."""
    following = None if attempt.is_handed_in else get_cases(attempt).next
    return redirect(following.reading if following else attempt)


@post_only("imaging:set_attempt", "key")
@of_attempt
def hand_in(request: HttpRequest, attempt: SetAttempt) -> HttpResponse:
    try:
        services.hand_in(attempt=attempt)
    except ImagingError as error:
        messages.error(request, str(error))
    return SeeOther(attempt.get_absolute_url())
