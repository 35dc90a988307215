"""Two authors and one address at the same moment, on PostgreSQL with real threads."""

import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from guides import services
from guides.forms import GuideForm
from guides.models import Guide, GuideAddress
from guides.services import ensure_index
from tests.conftest import make_user
from tests.escan.support.test_merging_at_once import at_once
from tests.guides.test_studio import PUBLISH, form, told
from tests.guides.writing import load_guide
from tests.reviewing import do_without_review

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

TAKEN = "The guide “{}” has the address “rim” already. Choose another."


def meet(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Nobody goes on from there before both are there, or one of them cannot come."""
    gate = threading.Barrier(2)
    real: Callable[..., Any] = getattr(owner, name)

    def wait(*args: Any, **kwargs: Any) -> Any:
        answer = real(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait(2)
        return answer

    monkeypatch.setattr(owner, name, wait)


def test_address_goes_to_one_of_two_that_are_published_at_once(monkeypatch, client, root):
    drafts = []
    for slug in ("edge", "fold"):
        guide = load_guide(root, slug=slug)
        guide.slug, guide.title = "rim", f"The {slug}"
        drafts.append(guide.save_revision())
    meet(monkeypatch, services, "keep_rendering")
    answers = at_once(*(draft.publish for draft in drafts))
    [refused] = [answer for answer in answers if answer is not None]
    assert isinstance(refused, ValidationError)
    winner = Guide.objects.get(slug="rim")
    assert refused.message_dict == {"slug": [TAKEN.format(winner.title)]}
    assert GuideAddress.objects.get(slug="rim").guide_id == winner.pk
    assert winner.title in client.get("/guides/rim/").content.decode()
    assert Guide.objects.exclude(pk=winner.pk).get().slug in ("edge", "fold")


def test_studio_tells_the_second_author_that_the_address_is_taken(monkeypatch, client_for, root):
    do_without_review()
    studios = []
    for name in ("a", "b"):
        person = make_user(f"{name}@example.org", name=name)
        person.is_superuser = True
        person.save(update_fields=["is_superuser"])
        studios.append(client_for(person))
    address = f"/studio/pages/add/guides/guide/{ensure_index().pk}/"
    meet(monkeypatch, GuideForm, "is_valid")
    sent = [{**form(slug="rim", title=f"The {name}"), **PUBLISH} for name in ("a", "b")]
    posts = [partial(studio.post, address, data) for studio, data in zip(studios, sent, strict=True)]
    answers: list[Any] = at_once(*posts)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [refused] = [answer for answer in answers if answer.status_code == 200]
    assert "already in use" in told(refused)
    guide = Guide.objects.get(slug="rim")
    assert guide.live
    assert GuideAddress.objects.get().guide_id == guide.pk
