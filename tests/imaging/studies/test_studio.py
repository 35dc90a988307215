"""What staff see of studies, and do."""

import re

import pytest

from imaging.models import Study
from imaging.reading.queries import Reader
from imaging.reading.services import start_reading
from tests.pressing import press


@pytest.fixture
def desk(client_for, author):
    return client_for(author)


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_list_shows_state_kind_and_progress(desk, make_study):
    make_study("benign", is_open=True)
    make_study(status="waiting", made_at=None)
    make_study(status="failed", made_at=None, error="The disk is full")
    page = desk.get("/studio/studies/")
    shown = text(page)
    assert "1 of 3 studies are made. 1 could not be made." in shown
    assert 'hx-get="/studio/studies/progress/"' in page.content.decode()
    assert "Typically benign" in shown
    assert "The disk is full" in shown
    Study.objects.filter(status="waiting").update(status="failed")
    assert "hx-get" not in desk.get("/studio/studies/progress/").content.decode()


def test_more_are_ordered(desk, db):
    assert "one after the other" in text(desk.get("/studio/studies/order/"))
    assert "3 studies are ordered." in text(desk.post("/studio/studies/order/", {"count": 3}, follow=True))
    assert Study.objects.filter(status="waiting").count() == 3
    assert desk.post("/studio/studies/order/", {"count": 501}).status_code == 422
    assert Study.objects.count() == 3


def test_study_is_withdrawn_with_a_reason(desk, study, learner_with_access):
    start_reading(reader=Reader(learner_with_access))
    address = f"/studio/studies/{study.pk}/withdraw/"
    assert "the reading is kept as it stands" in text(desk.get(address))
    assert desk.post(address, {"because": ""}).status_code == 422
    shown = text(desk.post(address, {"because": "The key is wrong."}, follow=True))
    assert "is withdrawn." in shown
    assert "Withdrawn: The key is wrong." in shown
    assert "This study is withdrawn already." in text(desk.post(address, {"because": "Again."}, follow=True))


def test_failed_study_is_tried_again(desk, make_study, monkeypatch):
    study = make_study(status="failed", made_at=None, error="The disk is full")
    assert "It is being made again." in text(desk.post(f"/studio/studies/{study.pk}/retry/", follow=True))
    study.refresh_from_db()
    assert (study.status, study.error) == ("waiting", "")
    assert "Only what could not be made" in text(desk.post(f"/studio/studies/{study.pk}/retry/", follow=True))


def test_failed_study_is_tried_again_by_a_press_in_the_list(desk, make_study):
    study = make_study(status="failed", made_at=None, error="The disk is full")
    assert press(desk, "/studio/studies/", f"/studio/studies/{study.pk}/retry/").status_code == 302
    study.refresh_from_db()
    assert study.status == "waiting"


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_few_questions(desk, make_study, count, django_assert_num_queries):
    for _ in range(count):
        make_study()
    desk.get("/studio/studies/")
    with django_assert_num_queries(6):
        desk.get("/studio/studies/results/")
