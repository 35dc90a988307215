"""Tiles as the viewer asks for them: every level, whole, and the pixels what they were."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import numpy as np
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from imaging.studies.outlines import find_outline
from imaging.studies.pyramids import TILE, count_levels, store_pyramid

ROWS, COLUMNS = 700, 530


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def ramp() -> np.ndarray:
    across = np.linspace(0, 4095, COLUMNS)
    return np.tile(across, (ROWS, 1)).astype(np.uint16)


def read(name: str) -> np.ndarray:
    with default_storage.open(name) as file:
        return np.asarray(Image.open(BytesIO(file.read())).convert("L")).astype(int)


@pytest.mark.parametrize(
    ("rows", "columns", "levels"), [(1, 1, 1), (2, 1, 2), (256, 256, 9), (257, 3, 10), (2000, 1600, 12)]
)
def test_levels_go_from_one_pixel_to_the_image(rows, columns, levels):
    assert count_levels(rows, columns) == levels


def test_every_tile_of_every_level_is_there(media):
    pyramid = store_pyramid(ramp())
    assert pyramid.levels == 11
    found = {str(path.relative_to(media / pyramid.folder)) for path in (media / pyramid.folder).rglob("*.webp")}
    expected = {"fit.webp"}
    rows, columns = ROWS, COLUMNS
    for level in reversed(range(pyramid.levels)):
        expected |= {f"{level}/{x}_{y}.webp" for x in range(-(-columns // TILE)) for y in range(-(-rows // TILE))}
        rows, columns = -(-rows // 2), -(-columns // 2)
    assert found == expected
    assert read(f"{pyramid.folder}/0/0_0.webp").shape == (1, 1)
    assert read(f"{pyramid.folder}/10/2_2.webp").shape == (ROWS - 2 * TILE, COLUMNS - 2 * TILE)


def test_tiles_together_are_the_image(media):
    pyramid = store_pyramid(ramp())
    whole = np.vstack([np.hstack([read(f"{pyramid.folder}/10/{x}_{y}.webp") for x in range(3)]) for y in range(3)])
    assert np.abs(whole - (ramp() >> 4)).max() <= 4


def test_half_a_level_is_the_mean_of_four(media):
    pyramid = store_pyramid(ramp())
    half = read(f"{pyramid.folder}/9/0_0.webp")
    means = ramp()[: 2 * TILE, : 2 * TILE].reshape(TILE, 2, TILE, 2).mean(axis=(1, 3)) / 16
    assert np.abs(half - means).max() <= 4


def test_folder_is_named_by_content_and_made_again_over_itself(media):
    first = store_pyramid(ramp())
    broken = media / first.folder / "10" / "0_0.webp"
    broken.write_bytes(b"half a tile")
    assert store_pyramid(ramp()) == first
    assert read(f"{first.folder}/10/0_0.webp").shape == (TILE, TILE)
    assert len(list((media / first.folder / "10").iterdir())) == 9
    assert store_pyramid(ramp() // 2).folder != first.folder


@pytest.mark.parametrize("is_left", [True, False])
def test_outline_is_where_the_breast_lies(is_left):
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    inside = (rows - 300) ** 2 / 250**2 + columns**2 / 400**2 < 1
    pixels = np.where(inside, 2000, 5).astype(np.uint16)
    found = find_outline(pixels if is_left else pixels[:, ::-1])
    assert found["nipple"][0] == pytest.approx(400 if is_left else COLUMNS - 1 - 400, abs=2)
    assert found["nipple"][1] == pytest.approx(300, abs=5)
    assert (found["top"], found["bottom"]) == pytest.approx((51, 549), abs=2)
    assert found["wall"] == (0 if is_left else COLUMNS - 1)


def test_two_who_write_the_same_image_at_once_leave_one_of_each_tile(media):
    alone = store_pyramid(ramp())
    expected = {path.relative_to(media): path.read_bytes() for path in media.rglob("*.webp")}
    for path in media.rglob("*.webp"):
        path.unlink()
    gate = Barrier(4)

    def write() -> object:
        gate.wait(10)
        return store_pyramid(ramp())

    with ThreadPoolExecutor(4) as pool:
        assert {each.result() for each in [pool.submit(write) for _ in range(4)]} == {alone}
    assert {path.relative_to(media): path.read_bytes() for path in media.rglob("*.webp")} == expected
