"""Small readings to build tests of: two views of each breast, a square finding at 100 to 200, 0.1 mm per pixel."""

from imaging.scoring.records import Finding, Mark, Reading, Region, View

SQUARE = ((100.0, 100.0), (200.0, 100.0), (200.0, 200.0), (100.0, 200.0))
VIEWS = tuple(View(key, 0.1) for key in ("rcc", "lcc", "rmlo", "lmlo"))


def finding(key="a", *, recall=True, views=("rcc", "rmlo"), visible=True, polygon=SQUARE, words=("", "")):
    regions = tuple(Region(view, polygon, visible) for view in views)
    return Finding(key, recall, regions, *words)


def mark(x=150.0, y=150.0, confidence=60.0, *, view="rcc", key="m", words=("", "")):
    return Mark(key, view, x, y, confidence, *words)


def reading(*marks, findings=(), case="case", recall=False, category="1", tolerance_mm=5.0, views=VIEWS):
    return Reading(case, views, tuple(findings), marks, recall, category, tolerance_mm)
