from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext_lazy as _

from core.heads import absolute
from guides.models import Guide
from guides.queries import get_newest

LENGTH = 50


class GuidesFeed(Feed[Guide, None]):
    """RSS, the newest first. Its addresses are the academy's own, whatever name the request came by."""

    feed_type = Rss201rev2Feed
    title = _("Guides of eScan Academy")
    description = _("Free guides on breast imaging, with sources for every number.")

    def link(self) -> str:
        return absolute(reverse("guides:list"))

    def feed_url(self) -> str:
        return absolute(reverse("guides:feed"))

    def items(self) -> list[Guide]:
        return get_newest(LENGTH)

    def item_link(self, item: Guide) -> str:
        return absolute(item.get_absolute_url())

    def item_title(self, item: Guide) -> str:
        return str(item.title)

    def item_description(self, item: Guide) -> str:
        return item.summary

    def item_author_name(self, item: Guide) -> str:
        return item.author

    def item_pubdate(self, item: Guide) -> datetime | None:
        return item.first_published_at

    def item_updateddate(self, item: Guide) -> datetime | None:
        return item.last_published_at
