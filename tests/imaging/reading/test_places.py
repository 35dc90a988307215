"""A place in words, as a part of the breast in a view; and what a mark in words hits."""

import pytest

from imaging.models import Region, View
from imaging.reading import services
from imaging.reading.places import Depth, Place, make_zone
from imaging.reading.queries import Reader
from imaging.reading.services import Description

TOP, NIPPLE, BOTTOM = 40, 200, 360
OUTLINES = {
    "L": {"nipple": [220, NIPPLE], "top": TOP, "bottom": BOTTOM, "wall": 0},
    "R": {"nipple": [100, NIPPLE], "top": TOP, "bottom": BOTTOM, "wall": 319},
}
UP, DOWN = (TOP, NIPPLE), (NIPPLE, BOTTOM)
MIDDLE = (NIPPLE - 320 / 6, NIPPLE + 320 / 6)


def zone(side: str, projection: str, place: str, depth: str = "middle"):
    return make_zone(View(side=side, projection=projection, outline=OUTLINES[side]), place, depth)


@pytest.mark.parametrize(
    ("side", "projection", "place", "rows"),
    [
        ("L", "CC", "upper-outer", UP),
        ("L", "CC", "upper-inner", DOWN),
        ("L", "MLO", "upper-inner", UP),
        ("L", "MLO", "lower-outer", DOWN),
        ("R", "CC", "central", MIDDLE),
        # Seen from the front, 3 o'clock is outer on the left breast and inner on the right.
        ("L", "CC", "clock-3", UP),
        ("R", "CC", "clock-3", DOWN),
        ("R", "CC", "clock-10", UP),
        ("L", "MLO", "clock-3", MIDDLE),
        ("L", "CC", "clock-12", MIDDLE),
        ("L", "MLO", "clock-12", UP),
        ("R", "MLO", "clock-7", DOWN),
    ],
)
def test_half_of_the_breast_that_a_view_tells(side, projection, place, rows):
    found = zone(side, projection, place)
    assert (found.top, found.bottom) == rows


@pytest.mark.parametrize(
    ("side", "depth", "columns"),
    [
        ("L", "anterior", (220 * 2 / 3, 220)),
        ("L", "posterior", (0, 220 / 3)),
        ("R", "anterior", (100, 100 + 219 / 3)),
        ("R", "posterior", (100 + 219 * 2 / 3, 319)),
    ],
)
def test_depth_is_a_third_from_the_nipple_to_the_chest_wall(side, depth, columns):
    found = zone(side, "CC", "central", depth)
    assert (found.left, found.right) == pytest.approx(columns)


def test_every_word_means_a_part_of_every_view():
    for side in "LR":
        for projection in ("CC", "MLO"):
            for place in Place.values:
                for depth in Depth.values:
                    found = zone(side, projection, place, depth)
                    assert found.left < found.right
                    assert found.top < found.bottom


@pytest.mark.parametrize(
    ("place", "depth", "is_hit"),
    [("upper-outer", "anterior", True), ("upper-outer", "posterior", False), ("lower-inner", "anterior", False)],
)
def test_mark_in_words_hits_what_lies_in_that_part(study, learner_with_access, place, depth, is_hit):
    Region.objects.update(polygon=[[150, 100], [170, 100], [170, 120], [150, 120]])
    reading = services.start_reading(reader=Reader(learner_with_access))
    said = {"place": place, "depth": depth, "description": Description(50)}
    mark = services.describe_mark(reading=reading, view="lcc", **said)
    services.answer_reading(reading=reading, category="4B", recall=True)
    services.lock_reading(reading=reading)
    mark.refresh_from_db()
    assert (mark.finding is not None) is is_hit
