import os
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "escan.settings")


class Request(WSGIRequest):
    """Takes no charset from a visitor: Django decodes the query by it, and fails before anything could answer."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


application: WSGIHandler = get_wsgi_application()
application.request_class = Request
