"""The picture that is shown with a link to a page."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from core import cards
from core.cards import OWN, Card, answer_with, choose_figure, read_card
from core.typesetting import TypesettingError
from tests.course_fixtures import SVG

PLAIN = Card("Guide", "The edge of the lung")
HERE = "/guides/edge/now.png"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    caches["pages"].clear()
    return tmp_path


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    """Whatever is drawn is noted."""
    noted: list[Card] = []
    draw_card = cards.draw_card

    def draw(card: Card, *, figure: str) -> bytes:
        noted.append(card)
        return draw_card(card, figure=figure)

    monkeypatch.setattr(cards, "draw_card", draw)
    return noted


def look(made: bytes | None) -> Image.Image:
    assert made is not None
    return Image.open(io.BytesIO(made)).convert("RGB")


def white_of(made: bytes | None) -> int:
    """How many pixels of the place of the figure are white."""
    count: int = look(made).crop((642, 72, 1128, 558)).histogram()[255]
    return count


def test_card_has_the_size_that_links_are_shown_with() -> None:
    picture = Image.open(io.BytesIO(read_card(PLAIN) or b""))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert picture.convert("RGB").getpixel((2, 2)) == (0, 0, 0)


def test_title_is_on_it() -> None:
    assert read_card(PLAIN) != read_card(Card("Guide", "The edge of the liver"))
    ink = look(read_card(PLAIN)).crop((72, 72, 560, 300)).histogram()
    assert sum(ink[200:256]) > 1000


@pytest.mark.parametrize(
    "title", ["Magnification and true lateral views of " * 5, "Otorhinolaryngology" * 4, "骨", "\U0001f9b4"]
)
def test_no_title_is_too_much_for_it(title: str) -> None:
    assert look(read_card(Card("Guide", title))).size == (1200, 630)


def test_card_is_made_once(drawn: list[Card], storage: Path) -> None:
    first = read_card(PLAIN)
    assert (storage / "cards" / f"{PLAIN.digest}.png").read_bytes() == first
    assert read_card(PLAIN) == first
    assert drawn == [PLAIN]


def test_card_that_was_not_written_to_its_end_is_made_again(drawn: list[Card], storage: Path) -> None:
    whole = read_card(PLAIN) or b""
    kept = storage / "cards" / f"{PLAIN.digest}.png"
    kept.write_bytes(whole[:5000])
    assert read_card(PLAIN) == whole
    assert kept.read_bytes() == whole
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_two_at_once_keep_one(monkeypatch: pytest.MonkeyPatch, storage: Path) -> None:
    """The other process has kept its own between our look and our writing."""
    draw_card = cards.draw_card

    def draw(card: Card, *, figure: str) -> bytes:
        made = draw_card(card, figure=figure)
        default_storage.save(f"cards/{card.digest}.png", ContentFile(made))
        return made

    monkeypatch.setattr(cards, "draw_card", draw)
    read_card(PLAIN)
    assert [path.name for path in (storage / "cards").iterdir()] == [f"{PLAIN.digest}.png"]


@pytest.mark.parametrize("name", ["images/white.svg", "images/white.png", "images/white.webp"])
def test_figure_is_on_it_whatever_its_format(name: str) -> None:
    data = io.BytesIO()
    if name.endswith(".svg"):
        data.write(SVG.format(size=160).replace("#000", "#fff").encode())
    else:
        Image.new("RGB", (1600, 1600), "white").save(data, name.rpartition(".")[2])
    default_storage.save(name, ContentFile(data.getvalue()))
    assert white_of(read_card(PLAIN)) == 0
    assert white_of(read_card(PLAIN._replace(figure=name))) > 0.95 * 486 * 486


def test_every_part_of_it_is_in_its_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    others = [Card("Course", PLAIN.title), Card("Guide", "Edge"), PLAIN._replace(figure="images/a.svg")]
    assert len({card.digest for card in [PLAIN, *others]}) == 4
    before = PLAIN.digest
    changed = tmp_path / "card.typ"
    changed.write_text(cards.TEMPLATE.read_text() + "\n// Drawn otherwise.\n")
    monkeypatch.setattr(cards, "TEMPLATE", changed)
    assert PLAIN.digest != before


def picture(width: int, height: int) -> SimpleNamespace:
    return SimpleNamespace(width=width, height=height, file=SimpleNamespace(name=f"images/{width}.svg"))


def test_figure_has_about_the_form_of_its_place() -> None:
    strip, square = picture(400, 100), picture(160, 150)
    assert choose_figure([strip, square]) == "images/160.svg"
    assert choose_figure([picture(0, 0), strip, picture(100, 400)]) == ""


def test_answer_is_everybodys_to_keep() -> None:
    answer = answer_with(PLAIN, digest=PLAIN.digest, address=HERE)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_other_address_leads_to_the_present_card_and_draws_nothing(drawn: list[Card]) -> None:
    answer = answer_with(PLAIN, digest="0" * 32, address=HERE)
    assert (answer.status_code, answer.headers["Location"]) == (302, HERE)
    assert drawn == []


# --- Where it cannot be made ------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"<svg", b"no picture at all", None])
@pytest.mark.parametrize("name", ["images/broken.svg", "images/broken.png"])
def test_figure_that_cannot_be_read_gives_the_academys_own(name: str, content: bytes | None) -> None:
    if content is not None:
        default_storage.save(name, ContentFile(content))
    broken = PLAIN._replace(figure=name)
    answer = answer_with(broken, digest=broken.digest, address=HERE)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{django_settings.STATIC_URL}{OWN}"
    assert not default_storage.exists(f"cards/{broken.digest}.png")


def test_failure_is_not_repeated_at_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fail(*_: Any, **__: Any) -> bytes:
        asked.append(1)
        raise TypesettingError("no")

    monkeypatch.setattr(cards, "draw", fail)
    assert [read_card(PLAIN), read_card(PLAIN)] == [None, None]
    assert len(asked) == 1
    caches["pages"].clear()
    assert read_card(PLAIN) is None
    assert len(asked) == 2


def test_the_academys_own_picture_is_such_a_card() -> None:
    own = Image.open(django_settings.BASE_DIR / "static" / OWN)
    assert (own.format, own.size) == ("PNG", (1200, 630))
