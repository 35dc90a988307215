from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic.base import View

class DeleteView(View):
    pk_url_kwarg: str
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...
