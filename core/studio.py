"""What the studio's screens of several apps share."""

from collections.abc import Callable, Iterable
from typing import Protocol, cast

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
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


class PublishableForm(WagtailAdminModelForm):
    """Says beside each field what publishing waits for (core.publishing). A draft may wait.

    What is asked is the row that would be published, with its children as they were sent.
    """

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        if self.is_deferred_validation:
            return True
        for formset in self.formsets.values():
            formset.instance = self.instance
            formset.save(commit=False)
        try:
            self.instance.check_publishable()
        except ValidationError as refused:
            self._tell(refused)
            return False
        return True

    def _tell(self, refused: ValidationError) -> None:
        for name, errors in refused.update_error_dict({}).items():
            if name in self.formsets:
                self.formsets[name].non_form_errors().extend(errors)
            else:
                self.add_error(name if name in self.fields else None, errors)
