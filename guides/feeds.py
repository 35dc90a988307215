from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext_lazy as _

from guides.models import Guide
from guides.queries import get_newest

LENGTH = 50


class GuidesFeed(Feed[Guide, None]):
    """RSS, the newest first."""

    feed_type = Rss201rev2Feed
    title = _("Guides of eScan Academy")
    link = reverse_lazy("guides:list")
    description = _("Free guides on breast imaging, with sources for every number.")

    def items(self) -> list[Guide]:
        return get_newest(LENGTH)

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
