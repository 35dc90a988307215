from django.http import HttpRequest, HttpResponse
from django.views.generic import View
from wagtail.models import Page

class CreateView(View):
    parent_page: Page
    def post(self, request: HttpRequest) -> HttpResponse: ...
