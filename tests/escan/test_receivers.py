from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Passage
from courses.search import indexing
from escan import services
from escan.models import InformationPage

FIELDS = {"title": "Help", "summary": "How to begin.", "body": "<p>Write to us.</p>"}


def find(text: str) -> int:
    return Passage.objects.filter(page="help", text=text).count()


@pytest.mark.django_db
def test_page_is_found_once_it_is_published_and_as_it_was_published(monkeypatch):
    draft = services.draft_page(slug="help", fields=FIELDS)
    assert find("Write to us.") == 0
    draft.publish()
    assert find("Write to us.") == 1
    later = {**FIELDS, "body": "<p>Call us.</p>", "go_live_at": timezone.now() + timedelta(hours=1)}
    services.draft_page(slug="help", fields=later).publish()
    assert (find("Write to us."), find("Call us.")) == (1, 0)


@pytest.mark.django_db
def test_page_is_published_whole_or_not_at_all(monkeypatch):
    def fail(**_: object) -> None:
        raise RuntimeError("the index is away")

    draft = services.draft_page(slug="help", fields=FIELDS)
    monkeypatch.setattr(indexing, "index_page", fail)
    with pytest.raises(RuntimeError, match="the index is away"):
        draft.publish()
    assert InformationPage.objects.get(slug="help").live is False
