"""Columns of the studio's lists."""

from typing import Any

from django.middleware.csrf import get_token
from wagtail.admin.ui.tables import Column


class FormColumn(Column):
    """Whose cells hold a form that is sent: Wagtail renders a cell without the page's token against forgery."""

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "csrf_token": get_token(context["request"])}


class NamedColumn(Column):
    """Whose cells say what they count: on a phone a list has no head."""

    cell_template_name = "core/studio/named_cell.html"
