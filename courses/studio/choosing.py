"""The window in which one row is chosen for another, with the search of its own list."""

from typing import Any, cast

from django.db.models import Model, Q, QuerySet
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet


class SearchForm(SearchFilterMixin, BaseFilterForm):
    """Finds what the list of the same rows finds: each word in any of its fields."""

    def filter(self, objects: QuerySet[Model]) -> QuerySet[Model]:
        words = self.cleaned_data["q"].split()
        if not words:
            return objects
        self.is_searching, self.search_query = True, self.cleaned_data["q"]
        for word in words:
            found = Q()
            for field in cast(Any, objects.model).snippet_viewset.search_fields:
                found |= Q(**{f"{field}__icontains": word})
            objects = objects.filter(pk__in=objects.model._default_manager.filter(found).order_by().values("pk"))
        return objects


class SearchedChooseView(ChooseView):
    filter_form_class = SearchForm


class SearchedResultsView(ChooseResultsView):
    filter_form_class = SearchForm


class WritingChooserViewSet(SnippetChooserViewSet):
    choose_view_class = SearchedChooseView
    choose_results_view_class = SearchedResultsView
