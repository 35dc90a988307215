from celery import current_app
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.queries import get_courses


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "escan/home.html", {"courses": get_courses()})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve: the database, the broker and the storage answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
        default_storage.exists("readyz")
    except Exception as error:  # whatever fails, this process cannot serve
        return HttpResponse(f"not ready: {type(error).__name__}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
