from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import View

class EditView(View):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...
