from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

class Component:
    template_name: str
    # Wagtail always gives the context, and its own components cannot do without.
    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any] | None: ...
    def render_html(self, parent_context: Mapping[str, Any] | None = None) -> SafeString: ...
