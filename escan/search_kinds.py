"""What of this app search finds."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.search.kinds import Page, Paragraph, ResultKind, register
from courses.search.passages import under_headings
from escan.models import InformationPage


def read(page: InformationPage) -> Page:
    return Page(page.slug, page.title, page.summary, [Paragraph(*part) for part in under_headings(page.body)])


@register
class Information(ResultKind):
    """Help, terms and the like, which are for everyone."""

    name = "page"
    label = _("Information")
    group = "pages"
    group_label = _("Help and terms")

    def get_pages(self) -> Iterator[Page]:
        return (read(page) for page in InformationPage.objects.filter(live=True))

    def get_titles(self, user: User | AnonymousUser) -> dict[str, str]:
        return dict(InformationPage.objects.filter(live=True).values_list("slug", "title"))

    def get_url(self, address: str) -> str:
        return reverse(address)
