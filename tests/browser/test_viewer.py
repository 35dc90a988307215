"""The viewer of the reading room, on a page of its own: what it shows is compared with what is in the pyramids."""

import io
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import ONE_SIZE, see
from tests.browser.viewer_page import Array, ViewerPage, describe, describe_study, serve

pytestmark = pytest.mark.browser

# Millimeters from the chest wall and from the top: two specks, 30 and 40 mm apart, so 50 mm.
SPECKS = [(20.0, 30.0), (50.0, 70.0)]
GRAYS = list(range(10, 210, 20))
"""Of blocks of 6 by 6 mm, from 4 mm below the top on, along the chest wall."""


def phantom(side: str, mm: float) -> Array:
    """A view of 80 by 100 mm: gray, blocks of known grays, and two specks of 0.6 mm that alone are white."""
    rows, columns = round(100 / mm), round(80 / mm)
    pixels = np.full((rows, columns), 60, np.uint8)
    for number, gray in enumerate(GRAYS):
        top = round((4 + 9 * number) / mm)
        pixels[top : top + round(6 / mm), : round(6 / mm)] = gray
    for depth, down in SPECKS:
        x, y, half = round(depth / mm), round(down / mm), round(0.3 / mm)
        pixels[y - half : y + half, x - half : x + half] = 255
    return pixels[:, ::-1].copy() if side == "R" else pixels


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """In no order, and taken with pixels of two sizes."""
    folder = tmp_path_factory.mktemp("pyramids")
    of = {"R": 0.1, "L": 0.05}
    entries = [describe(key, phantom(key[0].upper(), of[key[0].upper()]), folder, mm=of[key[0].upper()])
               for key in ("lmlo", "rcc", "rmlo", "lcc")]  # fmt: skip
    return folder, entries


@pytest.fixture
def viewer(views: tuple[Path, list[dict[str, Any]]]) -> Iterator[ViewerPage]:
    page = ViewerPage(views[0], describe_study(views[1]))
    server = serve(page)
    yield page
    server.shutdown()


Open = Callable[..., Page]


@pytest.fixture
def opened(viewer: ViewerPage, new_device: Callable[..., Page]) -> Iterator[Open]:
    """The policy on content is the academy's own, and nothing may be refused by it."""
    told: list[str] = []

    def open_it(**options: Any) -> Page:
        page = new_device(**options)
        page.on("console", lambda message: told.extend([message.text] if message.type == "error" else []))
        page.add_init_script("addEventListener('viewer:marks', event => { globalThis.marks = event.detail; })")
        page.goto(viewer.url)
        page.wait_for_function("() => document.querySelector('.pane canvas')?.width > 0")
        return page

    yield open_it
    assert [text for text in told if "Content Security Policy" in text or "TypeError" in text] == []


def pixels_of(page: Page, box: FloatRect) -> Array:
    """Once every tile is there that is wanted, and drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function("() => !document.querySelector('.pane:not([hidden])[data-loading]')")
    page.evaluate("new Promise(done => requestAnimationFrame(done))")
    return np.asarray(Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")).astype(int)


def box_of(page: Page, key: str) -> FloatRect:
    box = page.locator(f"[data-view={key}]").bounding_box()
    assert box
    return box


def specks_in(page: Page, key: str, ratio: float = 1) -> list[tuple[float, float]]:
    """The middle of each white speck in this pane, in CSS pixels of the page, from the top down."""
    box = box_of(page, key)
    part = pixels_of(page, box).min(axis=2)
    rows, columns = np.nonzero(part > 200)
    found = []
    while len(rows):
        near = np.hypot(rows - rows[0], columns - columns[0]) < 40 * ratio
        weights = part[rows[near], columns[near]] - 60.0
        x, y = np.average(columns[near] + 0.5, weights=weights), np.average(rows[near] + 0.5, weights=weights)
        found.append((box["x"] + x / ratio, box["y"] + y / ratio))
        rows, columns = rows[~near], columns[~near]
    return found


def sign_of(page: Page, number: int = 0) -> tuple[float, float]:
    """Where the ring of a mark stands on the page: the middle of what a finger needs around it."""
    x, y = (
        page.locator(".mark")
        .nth(number)
        .evaluate(
            "mark => { const box = mark.querySelector('.reach').getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; }"
        )
    )
    return float(x), float(y)


def scale_of(page: Page) -> int:
    """Percent of one pixel on one, as the line at the foot says it."""
    found = re.search(r"(\d+) %", page.locator("[data-readout]").inner_text())
    assert found
    return int(found[1])


def choose_words(page: Page) -> None:
    page.get_by_label("Morphology").select_option("amorphous")
    page.get_by_label("Distribution").select_option("grouped")


def told_on(page: Page) -> Locator:
    return page.locator("[data-told][role=status]")


def near(one: tuple[float, float], other: tuple[float, float], most: float) -> bool:
    return math.dist(one, other) <= most


@pytest.mark.parametrize("size", ["desktop"], indirect=True)
@pytest.mark.parametrize("ratio", [1, 2, 2.6])
def test_a_click_is_the_pixel_that_is_seen_there(opened: Open, ratio: float) -> None:
    page = opened(device_scale_factor=ratio)
    box = box_of(page, "lcc")
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"])
    for _ in range(3):
        page.mouse.wheel(0, -150)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"] - 33, box["y"] + 0.6 * box["height"] - 21, steps=3)
    page.mouse.up()
    page.set_viewport_size({"width": 911, "height": 657})
    lower = specks_in(page, "lcc", ratio)[-1]
    page.keyboard.press("m")
    page.mouse.click(*lower)
    (mark,) = page.evaluate("marks")
    # Half a pixel of the screen, at most, is what a pointer and the eye are off.
    expected = (SPECKS[1][0] / 0.05, SPECKS[1][1] / 0.05)
    assert near((mark["x"], mark["y"]), expected, 100 / scale_of(page) + 0.5), mark
    page.keyboard.press("Escape")
    page.locator("[data-view=lcc]").focus()
    page.keyboard.press("+")
    assert near(sign_of(page), specks_in(page, "lcc", ratio)[-1], 1)
    page.keyboard.press("0")
    assert near(sign_of(page), specks_in(page, "lcc", ratio)[-1], 1)


@pytest.mark.parametrize("size", ["desktop"], indirect=True)
def test_views_hang_chest_wall_to_chest_wall_at_one_scale(opened: Open) -> None:
    page = opened()
    order = page.locator(".pane").evaluate_all("panes => panes.map(({ dataset }) => dataset.view)")
    assert order == ["rcc", "lcc", "rmlo", "lmlo"]
    lengths = []
    for right, left in (("rcc", "lcc"), ("rmlo", "lmlo")):
        first, other = specks_in(page, right), specks_in(page, left)
        middle = box_of(page, left)["x"]
        assert box_of(page, right)["x"] + box_of(page, right)["width"] == pytest.approx(middle, abs=1)
        assert [2 * middle - x for x, _ in first] == pytest.approx([x for x, _ in other], abs=1.5)
        lengths += [math.dist(*pair) for pair in (first, other)]
    assert max(lengths) - min(lengths) < 1  # 50 mm, whatever the size of a pixel
    # Linked, both breasts go on at one scale, mirrored; unlinked, one goes alone.
    page.locator("[data-view=lcc]").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowDown")
    first, other = specks_in(page, "rcc"), specks_in(page, "lcc")
    assert [
        2 * middle - x for (x, _), middle in zip(first, [box_of(page, "lcc")["x"]] * 2, strict=True)
    ] == pytest.approx([x for x, _ in other], abs=1.5)
    page.keyboard.press("l")
    page.keyboard.press("+")
    assert specks_in(page, "rcc") == first
    assert specks_in(page, "lcc") != other
    # One view alone, and back to what it was.
    page.keyboard.press("r")
    page.keyboard.press("f")
    expect(page.locator(".pane:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".pane:visible")).to_have_count(4)


@pytest.mark.parametrize("size", ["desktop"], indirect=True)
def test_window_is_what_numpy_makes_of_the_same_grays(opened: Open) -> None:
    page = opened()
    box, (_, lower) = box_of(page, "lcc"), specks_in(page, "lcc")
    scale = (lower[0] - box["x"]) / SPECKS[1][0]  # CSS pixels for a millimeter
    top = lower[1] - SPECKS[1][1] * scale
    places = [(round(3 * scale), round(top - box["y"] + (7 + 9 * number) * scale)) for number in range(len(GRAYS))]
    page.locator("[data-view=lcc]").focus()

    def shown() -> list[int]:
        pixels = pixels_of(page, box)
        return [int(pixels[y, x, 0]) for x, y in places]

    def expected(width: float, level: float) -> Any:
        return 255 * np.clip((np.array(GRAYS) * 4096 / 255 - (level - width / 2)) / width, 0, 1)

    assert shown() == pytest.approx(GRAYS, abs=1)
    for key in ("2", "3", "4"):
        page.keyboard.press(key)
        found = re.search(r"W (\d+) L (\d+)", page.locator("[data-readout]").inner_text())
        assert found
        assert shown() == pytest.approx(expected(float(found[1]), float(found[2])), abs=1.5)
    page.keyboard.press("1")
    page.keyboard.press("i")
    assert shown() == pytest.approx([255 - gray for gray in GRAYS], abs=1)
    page.keyboard.press("i")
    # By hand: the tool's sliders, and the right button with any tool.
    page.keyboard.press("w")
    page.get_by_role("slider", name="Width").fill("1600")
    page.get_by_role("slider", name="Level").fill("1200")
    page.keyboard.press("Escape")
    assert shown()[:2] == pytest.approx(expected(1600, 1200)[:2], abs=1.5)


@pytest.mark.parametrize("size", ["desktop"], indirect=True)
def test_ruler_measures_the_phantom(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    for key in ("rcc", "lcc"):
        upper, lower = specks_in(page, key)
        page.locator("[data-view=" + key + "]").focus()
        page.keyboard.press("d")
        page.mouse.move(*upper)
        page.mouse.down()
        page.mouse.move(*lower, steps=4)
        page.mouse.up()
        length = page.locator(".ruler text").text_content() or ""
        assert float(length.removesuffix(" mm")) == pytest.approx(50, abs=0.5)
        page.keyboard.press("Escape")
        expect(page.locator(".ruler")).to_have_count(0)


@ONE_SIZE
def test_case_is_read_by_keyboard_alone(opened: Open, viewer: ViewerPage) -> None:
    page = opened()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.view") == "rcc":
            break
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.press("m")
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(told_on(page)).to_contain_text("mm from the chest wall")
    page.keyboard.press("Enter")
    page.keyboard.type("a")  # the word that begins so
    page.keyboard.press("Tab")
    page.keyboard.type("s")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    mark = page.get_by_role("button", name="Mark 1, R CC, Amorphous, Segmental, 55 %")
    expect(mark).to_be_focused()
    expect(told_on(page)).to_have_text("Saved.")
    (kept,) = viewer.kept.values()
    assert [kept[name] for name in ("view", "morphology", "distribution", "confidence")] == [
        "rcc",
        "amorphous",
        "segmental",
        55,
    ]
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".mark.kept")).to_have_count(1)
    (moved,) = viewer.kept.values()
    assert (moved["id"], moved["y"]) == (kept["id"], kept["y"])
    assert moved["x"] < kept["x"]
    page.keyboard.press("Delete")
    expect(page.locator(".mark")).to_have_count(0)
    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('marks'))")
    assert viewer.kept == {}


@ONE_SIZE
def test_fingers_pinch_drag_and_mark(opened: Open) -> None:
    page = opened(has_touch=True, is_mobile=True, device_scale_factor=2)
    page.get_by_role("button", name="L CC").first.tap()
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def pinch(x: float, y: float) -> None:
        touch("touchStart", (x - 20, y), (x + 20, y))
        for apart in (30, 40):
            touch("touchMove", (x - apart, y), (x + apart, y))
        touch("touchEnd")

    pinch(*specks_in(page, "lcc", 2)[0])
    before, upper = scale_of(page), specks_in(page, "lcc", 2)[0]
    pinch(*upper)
    x, y = upper
    assert scale_of(page) == pytest.approx(2 * before, abs=2)
    assert near(specks_in(page, "lcc", 2)[0], upper, 1.5)  # what lay between the fingers still does
    touch("touchStart", (x + 60, y))
    for by in (10, 20, 30):
        touch("touchMove", (x + 60 + by, y - by))
    touch("touchEnd")
    moved = specks_in(page, "lcc", 2)[0]
    assert moved[1] < y - 10
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Mark", exact=True).tap()
    page.touchscreen.tap(*moved)
    (mark,) = page.evaluate("marks")
    assert near((mark["x"], mark["y"]), (SPECKS[0][0] / 0.05, SPECKS[0][1] / 0.05), 4), mark
    expect(page.get_by_role("form", name="Mark 1, L CC")).to_be_visible()


@ONE_SIZE
def test_lost_network_loses_no_mark_and_makes_none_twice(opened: Open, viewer: ViewerPage) -> None:
    page = opened()
    page.get_by_role("button", name="R CC").first.click()
    page.get_by_role("button", name="Mark", exact=True).click()
    box = box_of(page, "rcc")
    page.mouse.click(box["x"] + 250, box["y"] + 80)
    page.context.set_offline(True)
    choose_words(page)
    page.get_by_role("button", name="Done").dblclick()
    expect(told_on(page)).to_contain_text("Marks kept on this device: 1")
    expect(page.locator(".mark.waiting")).to_have_count(1)
    viewer.answers = [
        lambda body: (0, {}),
        lambda body: (503, {}),
    ]  # one arrives and is not answered, one meets a restart
    page.context.set_offline(False)
    expect(told_on(page)).to_have_text("Saved.", timeout=15_000)
    assert len({body["key"] for _, _, body in viewer.asked}) == 1
    assert len(viewer.kept) == 1
    # What is refused is told in the academy's words; what has no words yet keeps the form from being sent.
    viewer.answers = [lambda body: (409, {"error": "The reading is locked."})]
    page.mouse.click(box["x"] + 250, box["y"] + 200)
    choose_words(page)
    page.keyboard.press("Escape")
    expect(told_on(page)).to_have_text("The mark was not saved. The reading is locked.")
    page.locator(".mark.refused").click()
    expect(page.locator("[data-mark-form] [data-reason]")).to_have_text("The reading is locked.")


@ONE_SIZE
def test_picture_that_did_not_load_is_not_taken_for_a_sharp_one(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="L CC").first.click()
    pixels_of(page, box_of(page, "lcc"))
    page.route("**/*.webp", lambda route: route.abort())
    page.locator("[data-view=lcc]").focus()
    for _ in range(5):
        page.keyboard.press("+")
    told = page.locator("[data-view=lcc] [data-state]")
    expect(told).to_contain_text("Parts of this view did not load.", timeout=15_000)
    page.unroute("**/*.webp")
    with page.expect_response(re.compile("/lcc/11/")):  # as fine as it was taken
        told.get_by_role("button", name="Try again").click()
    expect(told).to_be_hidden()


@ONE_SIZE
def test_reading_is_not_locked_while_a_mark_has_no_words(opened: Open, viewer: ViewerPage) -> None:
    buttons = '<button name="locked" value="1" data-locks>Lock</button><button name="kept" value="1">Keep</button>'
    viewer.more = f"<form>{buttons}</form>"
    page = opened()
    page.get_by_role("button", name="R CC").first.click()
    page.get_by_role("button", name="Mark", exact=True).click()
    box = box_of(page, "rcc")
    page.mouse.click(box["x"] + 250, box["y"] + 80)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Lock").click()
    expect(told_on(page)).to_have_text("Marks without both words: 1. Finish or remove them, then lock.")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/?kept=1")
    page.locator(".mark").click()
    choose_words(page)
    page.get_by_role("button", name="Lock").click()
    page.wait_for_url("**/?locked=1")
    assert len(viewer.kept) == 1


def test_truth_stands_beside_the_marks(opened: Open, viewer: ViewerPage, size: str) -> None:
    before = [view for view in viewer.study["views"] if view["key"] in ("rcc", "lmlo")]
    viewer.study |= {
        "locked": True,
        "marks": [{"id": "m1", "view": "rcc", "x": 500.0, "y": 300.0, "confidence": 60,
                   "morphology": "amorphous", "distribution": "grouped"}],
        "truth": [{"label": "A", "view": "rcc", "polygon": [[480, 280], [560, 290], [520, 360]], "found": True},
                  {"label": "B", "view": "lcc", "polygon": [[300, 800], [420, 800], [360, 900]], "found": False}],
        "priors": [view | {"key": f"{view['key']}-prior", "when": "2 years before"} for view in before],
    }  # fmt: skip
    page = opened()
    expect(page.get_by_role("img", name="Known finding A: you marked it.")).to_be_visible()
    expect(page.get_by_role("img", name="Known finding B: you did not mark it.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark 1, R CC, Amorphous, Grouped, 60 %")).to_be_visible()
    expect(page.get_by_role("button", name="Mark", exact=True)).to_be_hidden()
    see(page, "viewer", size=size)
    # Priors hang below the views of today, each under its own, though one between them is missing.
    page.get_by_role("button", name="With priors").click()
    expect(page.locator(".pane:visible")).to_have_count(6)
    for key in ("rcc", "lmlo"):
        today, prior = box_of(page, key), box_of(page, f"{key}-prior")
        assert prior["x"] == today["x"]
        assert prior["y"] > today["y"]
    # One view alone is its prior, too, beside it and as large; P leads back to the same view of today.
    page.locator("[data-view=lmlo-prior]").focus()
    page.keyboard.press("f")
    expect(page.locator(".pane:visible")).to_have_count(2)
    page.keyboard.press("+")
    assert len({math.dist(*specks_in(page, key)) // 2 for key in ("lmlo", "lmlo-prior")}) == 1
    page.keyboard.press("p")
    expect(page.locator(".pane:visible")).to_have_count(4)


@ONE_SIZE
def test_additional_views_are_asked_for_by_touch_and_hang_as_they_come(opened: Open, viewer: ViewerPage) -> None:
    viewer.study["addresses"] = {**viewer.study["addresses"], "ask": "/asked/"}
    viewer.more = '<div id="list"></div>'
    page = opened(has_touch=True, is_mobile=True, device_scale_factor=2)
    page.get_by_role("button", name="L CC").first.tap()
    upper = specks_in(page, "lcc", 2)[0]
    page.get_by_role("button", name="More views", exact=True).tap()
    page.touchscreen.tap(*upper)
    viewer.answers = [lambda body: (201, {"told": "L MCC is asked for."})]
    page.get_by_role("button", name="Magnify this place (L CC)").tap()
    expect(told_on(page)).to_have_text("L MCC is asked for.")
    (_, path, body) = viewer.asked[-1]
    assert (path, body["view"]) == ("/asked/", "lcc")
    assert near((body["x"], body["y"]), (SPECKS[0][0] / 0.05, SPECKS[0][1] / 0.05), 4)
    page.touchscreen.tap(*upper)
    viewer.answers = [lambda body: (409, {"error": "You have asked for this view already."})]
    page.get_by_role("button", name="True lateral view, left breast").tap()
    expect(told_on(page)).to_have_text("You have asked for this view already.")
    assert viewer.asked[-1][2] == {"side": "L"}
    # The page's list has it now: it hangs, fills its pane, and takes a mark.
    (base,) = (view for view in viewer.study["views"] if view["key"] == "lcc")
    came = base | {"key": "lmcc", "projection": "MCC", "label": "L MCC", "mmPerPixel": 0.02}
    page.evaluate(
        """views => {
          const list = document.createElement('script');
          list.type = 'application/json';
          list.id = 'asked-views';
          list.text = JSON.stringify(views);
          document.querySelector('#list').replaceChildren(list);
          document.querySelector('#list').dispatchEvent(new CustomEvent('htmx:afterSettle', { bubbles: true }));
        }""",
        [came],
    )
    expect(told_on(page)).to_have_text("L MCC is there, under “Additional views”.")
    page.get_by_role("button", name="Additional views").tap()
    expect(page.locator(".pane:visible")).to_have_count(1)
    page.get_by_role("button", name="Mark", exact=True).tap()
    lower = specks_in(page, "lmcc", 2)[-1]
    page.touchscreen.tap(*lower)
    (mark,) = page.evaluate("marks")
    assert mark["view"] == "lmcc"
    assert near((mark["x"], mark["y"]), (SPECKS[1][0] / 0.05, SPECKS[1][1] / 0.05), 6), mark
