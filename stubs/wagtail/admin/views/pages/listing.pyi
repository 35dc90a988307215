from collections.abc import Sequence
from typing import ClassVar

from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.views import generic

class IndexView(generic.IndexView):
    base_columns: ClassVar[Sequence[BaseColumn]]
