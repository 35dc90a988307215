"""The icons of the installed academy, from static/img/favicon.svg, and the picture that is shown with a link to it:
`python -m scripts.icons` after one of them, or core/card.typ, changed.
"""

import io
import re

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from core.cards import OWN, Card, draw_card
from scripts.stage import ROOT
from tests.chromium import CHROMIUM

STATIC = ROOT / "static"
IMAGES = STATIC / "img"
# What a phone may cut off the edge of a maskable icon: the symbol stays within the middle 80 %.
SAFE = 0.7


def draw(page: Page, svg: str, *, side: int, name: str) -> None:
    """Few colours: the symbol has two, and their soft edges."""
    page.set_viewport_size({"width": side, "height": side})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{side}px}}</style>{svg}")
    picture = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    picture.quantize(64, method=Image.Quantize.FASTOCTREE).save(IMAGES / name, optimize=True)


def fill(svg: str, scale: float) -> str:
    """The ground reaches the edge, and the symbol shrinks to `scale` of the picture."""
    edge = 16 * (1 - scale)
    symbol = f'<g transform="translate({edge:.2f} {edge:.2f}) scale({scale})">'
    return re.sub(r"<g transform=[^>]*>", symbol, svg.replace('rx="5"', 'rx="0"'))


def main() -> None:
    svg = (IMAGES / "favicon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for side in (192, 512):
            draw(page, svg, side=side, name=f"icon-{side}.png")
        draw(page, fill(svg, SAFE), side=512, name="icon-maskable.png")
        draw(page, fill(svg, 0.68), side=180, name="icon-apple.png")
        browser.close()
    # For what asks for /favicon.ico.
    Image.open(IMAGES / "icon-192.png").convert("RGBA").save(
        IMAGES / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)], bitmap_format="png"
    )
    figure = ROOT / "content" / "courses" / "breast-calcifications" / "figures" / "fine-linear-branching.svg"
    card = Card("", "Learn what to see. Then say what it means.")
    (STATIC / OWN).write_bytes(draw_card(card, figure=figure.read_text()))


if __name__ == "__main__":
    main()
