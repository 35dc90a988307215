"""What the studio's screens of several apps share."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
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


PUBLISHED = ("live", "expired", "first_published_at", "last_published_at", "live_revision_id")


def see_what_came_between(row: Any) -> bool:
    """Locks a row with drafts that was loaded to be saved, and takes from the database whether it is published.

    True if another save came between. A draft keeps itself while its author presses Publish; Wagtail loads a row
    before it saves it, and writes a draft that is not published as a whole: the slower of the two would take back what
    the quicker one published. Raises Http404 where the row was deleted.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",)).values("latest_revision_id", *PUBLISHED)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise Http404("It was deleted meanwhile.")
    for name in PUBLISHED:
        setattr(row, name, found[name])
    return bool(found["latest_revision_id"] != row.latest_revision_id)


class PublishableForm(WagtailAdminModelForm):
    """Says beside each field what publishing waits for (core.publishing). A draft may wait.

    What is asked is the row that would be published, with its children as they were sent. A field that did not arrive
    as its editor sends it, such as a rich text that is no JSON, is told, too, and shows what is saved.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unreadable = [name for name in self.fields if self.is_bound and not self._is_readable(name)]
        for name in self._unreadable:
            saved = self.get_initial_for_field(self.fields[name], name)
            # Whatever asks for what was sent gets what is saved: to clean it, and to show it again.
            setattr(self.fields[name].widget, "value_from_datadict", lambda *_, saved=saved: saved)  # noqa: B010

    def _is_readable(self, name: str) -> bool:
        try:
            self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # what Wagtail's widgets raise
            return False
        return True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in self._unreadable:
            told = gettext("“{field}” did not arrive as the editor sends it. It shows what is saved: write it again.")
            # An editor of blocks shows no error of its own, so it stands above all.
            self.add_error(None, told.format(field=self.fields[name].label or name))
        return cleaned

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
            if obstacle := self.instance.find_obstacle():
                raise ValidationError(obstacle)
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
