"""The studio's screens of texts: a list of pages and mails, and a form for the texts of each."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from core.studio import PublishableForm
from core.texts import PLACES
from courses.studio.queries import get_status, with_schedule
from courses.studio.writing import EditView, ListView, StatusColumn
from escan.wording import services
from escan.wording.fields import WordsField
from escan.wording.models import WordSet
from escan.wording.policy import EditOnly

MAY_WORD = ("escan.change_wordset", "escan.publish_wordset")


class WordsForm(PublishableForm):
    words = WordsField(required=False, label=_("Texts"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._show_place()

    def _show_place(self) -> None:
        field = self.fields["words"]
        if isinstance(field, WordsField):
            field.show(self.instance.place)

    def _is_readable(self, name: str) -> bool:
        """Asked while the form is made; what the field reads depends on the place."""
        self._show_place()
        return super()._is_readable(name)


class WordsEditView(EditView):
    @property
    def header_buttons(self) -> list[Any]:
        restore = reverse("restore_words", args=[self.object.pk])
        return [
            *super().header_buttons,
            HeaderButton(gettext("Back to the shipped words"), url=restore, icon_name="rotate"),
        ]


class WordsStatusColumn(StatusColumn):
    def get_value(self, instance: Any) -> str:
        """What was never changed was not written, and is shown all the same."""
        is_shipped = instance.live and not instance.words and not instance.has_unpublished_changes
        return gettext("As shipped") if is_shipped else get_status(instance)


class WordSetViewSet(SnippetViewSet):
    model = WordSet
    icon = "edit"
    menu_label = _("Texts")
    menu_name = "texts"
    menu_order = 135
    add_to_admin_menu = True
    index_view_class = ListView
    edit_view_class = WordsEditView
    copy_view_enabled = False
    edit_handler = ObjectList(WordSet.panels, base_form_class=WordsForm)
    list_display = [
        "__str__",
        Column("changed", label=_("Texts changed")),
        WordsStatusColumn(),
        UpdatedAtColumn(),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordSet]:
        """Pages first, then mails, by their titles. What a release no longer shows is not listed."""
        places = sorted(PLACES.values(), key=lambda place: (place.is_mail, str(place.title)))
        order = Case(*(When(slug=place.slug, then=number) for number, place in enumerate(places)), default=0)
        return with_schedule(WordSet.objects.filter(slug__in=PLACES)).order_by(order)


register_permission_policy(WordSet, EditOnly(WordSet))
register_snippet(WordSetViewSet)


@for_staff(*MAY_WORD)
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(WordSet, pk=pk, slug__in=PLACES)
    form = forms.Form(sent(request))
    back_to = reverse("wagtailsnippets_escan_wordset:edit", args=[pk])
    if form.is_valid():
        services.restore_shipped(pk=pk, by=request.user)
        messages.success(request, gettext("“{place}” shows the shipped words again.").format(place=row))
        return redirect(back_to)
    act = Act(
        title=gettext("Back to the shipped words"),
        about=str(row),
        consequences=[
            gettext("Every text of it shows the words that came with the academy, at once."),
            gettext("What was written stays in its history, and can be brought back from there."),
        ],
        button=gettext("Show the shipped words"),
        back_to=back_to,
        icon="rotate",
        is_serious=True,
    )
    return ask(request, act, form)


@hooks.register("register_admin_urls")
def register_words_urls() -> list[URLPattern]:
    return [path("texts/<int:pk>/shipped/", restore, name="restore_words")]


@hooks.register("register_log_actions")
def register_words_actions(actions: LogActionRegistry) -> None:
    actions.register_action("escan.restore_words", _("Restore shipped words"), _("Shipped words restored"))
