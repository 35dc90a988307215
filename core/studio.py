"""What the studio's screens of several apps share."""

from collections.abc import Callable, Iterable
from typing import Protocol, cast

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.snippets.views.snippets import SnippetViewSet

from core.keeping import is_kept


class _Snippet(Protocol):
    snippet_viewset: SnippetViewSet


def get_viewset(row: Model) -> SnippetViewSet:
    """The screens of a row: Wagtail notes them in every model that is registered as a snippet."""
    return cast(_Snippet, row).snippet_viewset


def refuse_to_delete(
    request: HttpRequest, rows: Iterable[Model], *, because: Callable[[Model], str], back_to: str
) -> HttpResponse | None:
    """An answer that says why, where one of the rows has to stay; otherwise None, and Wagtail goes on."""
    kept = [row for row in rows if is_kept(row)]
    if not kept:
        return None
    for row in kept:
        messages.error(request, tell_kept(row, because(row)))
    return redirect(back_to)


def tell_kept(row: Model, because: str) -> str:
    return gettext("“{row}” cannot be deleted. {row_2}").format(row=row, row_2=because)
