"""Pictures and studies that a course ships."""

import json

import pytest

from escan.loader.errors import ContentError
from escan.loader.pictures import find_fresh, hash_views, keep_view
from escan.loader.rows import BrokenFile
from escan.loader.studies import find_studies, find_study, load_studies
from imaging.models import Study

FACTS = {
    "width": 200,
    "height": 100,
    "mm_per_pixel": [0.1],
    "outlines": [{"finding": 0, "visibility": 5.0, "points": [[-10, 50], [100, 25], [210.5, 120]]}],
}


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "course"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures/one.webp").write_bytes(b"RIFF")
    (folder / "pictures/one.json").write_text(json.dumps(FACTS))
    return folder


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr("escan.loader.pictures.keep_image", lambda title, path, name: {"course/one.webp": 4}[title])


def test_outline_is_in_percent_and_ends_at_the_edge(course, kept):
    view = keep_view(course, "one")
    assert view.image == 4 and view.width_mm == pytest.approx(20)
    assert view.outline == "0.00,50.00 50.00,25.00 100.00,100.00"


def test_picture_that_is_not_there_or_is_of_two_views_is_refused(course, kept):
    with pytest.raises(ContentError, match="there is no picture two"):
        keep_view(course, "two")
    (course / "pictures/one.json").write_text(json.dumps({**FACTS, "mm_per_pixel": [0.1, 0.1]}))
    with pytest.raises(ContentError, match="of several views"):
        keep_view(course, "one")


def test_lesson_changes_with_the_pictures_and_outlines_that_it_shows(course):
    text = "  - view: one\n"
    before = hash_views(course, text)
    assert list(before) == ["one"]
    assert hash_views(course, "  - view: one-more\n") == {}
    (course / "pictures/one.json").write_text("{}")
    assert hash_views(course, text) != before


STUDY = "- {key: first, generator: 1, seed: %d, density: b, findings: [{morphology: %s}]}\n"


def test_studies_are_ordered_once_and_a_changed_one_is_another(course, db):
    path = course / "studies.yaml"
    path.write_text(STUDY % (5, "rim"))
    assert list(load_studies(course)) == ["study/course/first: ordered"]
    assert list(load_studies(course)) == []
    first = find_study("course", "first")
    path.write_text(STUDY % (6, "skin"))
    assert list(load_studies(course)) == ["study/course/first: ordered"]
    second = find_study("course", "first")
    assert list(Study.objects.values_list("pk", "seed", "purpose")) == [(first, 5, "course"), (second, 6, "course")]
    assert find_studies("course", "study: first\n") == {"first": second}
    assert find_studies("course", "study: first-one\n") == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (STUDY % (5, "skin"), "Another study has the seed 5"),
        (STUDY % (6, "sand"), "There is no morphology “sand”"),
        ("- {key: first, generator: new, seed: 6, density: b}\n", "not in the form"),
        ("- {key: first, seed: 6, density: b}\n", "'generator' is missing"),
    ],
)
def test_broken_list_of_studies_names_its_file_and_orders_nothing(course, db, line, told):
    path = course / "studies.yaml"
    path.write_text(STUDY % (5, "rim"))
    list(load_studies(course))
    path.write_text(line)
    with pytest.raises(BrokenFile, match=told) as refused:
        list(load_studies(course))
    assert "studies.yaml" in str(refused.value)
    assert Study.objects.count() == 1


def test_course_without_studies_has_none(course, db):
    assert list(load_studies(course)) == []
    with pytest.raises(ContentError, match="there is no study first"):
        find_study("course", "first")


def test_pictures_that_differ_in_their_seed_are_of_one_skill(course):
    (course / "pictures.yaml").write_text(
        "- {key: one, seed: 1, view: LCC, findings: [{morphology: rim}]}\n"
        "- {key: two, seed: 2, view: LCC, findings: [{morphology: rim}]}\n"
        "- {key: three, seed: 3, view: RCC, findings: [{morphology: rim}]}\n"
        "- {key: four, seed: 4, view: LCC, findings: [{morphology: skin}]}\n"
    )
    assert find_fresh(course, "one") == ["two"]
    assert find_fresh(course, "two") == ["one"]
    assert find_fresh(course, "four") == []
