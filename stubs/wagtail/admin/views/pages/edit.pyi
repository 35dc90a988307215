from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import View

class EditView(View):
    page: Any
    expects_json_response: bool
    def json_error_response(self, error_code: str, error_message: str) -> HttpResponse: ...
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...
