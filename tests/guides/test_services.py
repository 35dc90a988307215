"""The page that guides stand under, what is kept of them, and what the clock does."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page

from escan.tasks import publish_scheduled
from guides.models import Guide, GuideIndex, GuideRendering
from guides.services import ensure_index, render_again


def test_there_is_one_index_from_the_beginning(db):
    index = GuideIndex.objects.get()
    assert ensure_index() == index
    assert index.get_url() == "/guides/"


@pytest.mark.django_db(transaction=True)
def test_index_is_made_again_in_a_database_that_was_emptied():
    call_command("flush", interactive=False, verbosity=0)
    assert GuideIndex.objects.count() == 1
    assert Page.objects.filter(depth=1).count() == 1


def test_guide_is_rendered_when_it_is_published(guide):
    kept = GuideRendering.objects.get()
    assert kept.revision_id == guide.live_revision_id
    assert kept.contents[0] == ["what-it-is", "What it is"]
    assert kept.answers == [["Is every line an edge?", "No. A skin fold ends somewhere."]]
    guide.save_revision()
    kept.refresh_from_db()
    assert kept.revision_id == guide.live_revision_id


def test_guide_is_drawn_anew_where_templates_changed(guide, client):
    assert render_again() == []
    GuideRendering.objects.update(html="<p>As it was drawn before.</p>")
    assert render_again() == ["edge"]
    assert b"no vessels beyond it" in client.get("/guides/edge/").content
    assert GuideRendering.objects.get().revision_id == guide.live_revision_id


def schedule(guide: Guide, **fields: object) -> None:
    for name, value in fields.items():
        setattr(guide, name, value)
    guide.save_revision().publish()


def test_scheduled_guide_goes_live_when_its_time_has_come(client, guide):
    guide.unpublish()
    guide = Guide.objects.get()
    schedule(guide, title="Next week's title", go_live_at=timezone.now() + timedelta(days=7))
    publish_scheduled()
    assert client.get("/guides/edge/").status_code == 404
    revision = guide.revisions.get(approved_go_live_at__isnull=False)
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    publish_scheduled()
    assert b"Next week&#x27;s title" in client.get("/guides/edge/").content


def test_scheduled_change_waits_while_the_guide_is_read(client, guide):
    schedule(guide, title="Next week's title", go_live_at=timezone.now() + timedelta(days=7))
    assert b"<h1>The edge of the lung</h1>" in client.get("/guides/edge/").content


def test_expired_guide_is_taken_off(client, guide):
    Page.objects.filter(pk=guide.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled()
    assert client.get("/guides/edge/").status_code == 404
    assert Guide.objects.get().expired
