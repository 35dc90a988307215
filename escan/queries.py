"""Reads of the people's pages and of messages to staff."""

from django.http import Http404

from escan.models import ContactMessage, InformationPage


def get_page(slug: str) -> InformationPage:
    page = InformationPage.objects.filter(slug=slug, live=True).first()
    if page is None:
        raise Http404("This page is not published.")
    return page


def count_open_messages() -> int:
    return ContactMessage.objects.filter(handled_at=None).count()
