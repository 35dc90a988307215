from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.views.generic.base import TemplateView
from wagtail.admin.panels import Panel
from wagtail.admin.views import generic
from wagtail.admin.views.generic.mixins import CreateEditViewOptionalFeaturesMixin, IndexViewOptionalFeaturesMixin
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

class IndexView(IndexViewOptionalFeaturesMixin, generic.IndexView): ...
class CreateView(CreateEditViewOptionalFeaturesMixin, generic.CreateView): ...

class EditView(CreateEditViewOptionalFeaturesMixin, generic.EditView):
    live_object: Any

class DeleteView(generic.DeleteView): ...

class UnpublishView(TemplateView):
    pk: Any

class SnippetViewSet(ModelViewSet):
    panels: Sequence[Panel]
    edit_handler: Panel
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any] | None: ...

class SnippetViewSetGroup(ModelViewSetGroup): ...
