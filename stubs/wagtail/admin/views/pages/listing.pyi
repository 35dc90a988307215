from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.views import generic

class IndexView(generic.IndexView):
    base_columns: ClassVar[Sequence[BaseColumn]]
    def annotate_queryset(self, pages: QuerySet[Any]) -> QuerySet[Any]: ...
