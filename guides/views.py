from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import etag, require_safe

from core.caching import cached_for_strangers
from core.cards import answer_with
from core.storage import hand_out
from guides import queries
from guides.aid import get_aid
from guides.heads import get_card_path, get_list_head


@require_safe
@cached_for_strangers
def guides(request: HttpRequest) -> HttpResponse:
    found = queries.get_list()
    head = get_list_head(tuple(guide.get_absolute_url() for guide in found))
    return render(request, "guides/list.html", {"guides": found, "head": head})


@require_safe
@cached_for_strangers
def guide(request: HttpRequest, guide: str) -> HttpResponse:
    return render(request, "guides/guide.html", queries.get_guide_page(guide)._asdict())


@require_safe
@etag(lambda _: get_aid().digest)
def aid(request: HttpRequest) -> HttpResponse:
    """The same bytes for everyone, until their contents change with a release."""
    headers = {
        "Content-Disposition": 'inline; filename="breast-calcifications-aid.pdf"',
        "Cache-Control": "public, max-age=3600",
    }
    return HttpResponse(get_aid().pdf, content_type="application/pdf", headers=headers)


@require_safe
def card(request: HttpRequest, guide: str, digest: str) -> HttpResponse:
    """The picture that is shown with a link to the guide."""
    page = queries.get_guide_page(guide)
    return answer_with(page.card, digest=digest, address=get_card_path(page.guide, page.card))


@require_safe
def figure(request: HttpRequest, guide_id: int, image_id: int) -> HttpResponseBase:
    image = queries.get_figure_for(request.user, guide_id=guide_id, image_id=image_id)
    return hand_out(str(image.file.name))
