from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.caching import cached_for_strangers
from core.storage import hand_out
from guides import queries


@require_safe
@cached_for_strangers
def guides(request: HttpRequest) -> HttpResponse:
    return render(request, "guides/list.html", {"guides": queries.get_list()})


@require_safe
@cached_for_strangers
def guide(request: HttpRequest, guide: str) -> HttpResponse:
    return render(request, "guides/guide.html", queries.get_guide_page(guide)._asdict())


@require_safe
def figure(request: HttpRequest, guide_id: int, image_id: int) -> HttpResponseBase:
    image = queries.get_figure_for(request.user, guide_id=guide_id, image_id=image_id)
    return hand_out(str(image.file.name))
