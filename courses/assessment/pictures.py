"""The picture of a question of any kind: frozen with it, shown, and once answered shown with its outlines."""

from typing import Any

from courses.assessment.kinds.base import Content, Written

BARS = (1, 2, 5, 10, 20, 50)
"""Lengths in mm that a scale bar may have: the longest that takes no more than a quarter of the width."""


def freeze_picture(question: Written) -> Content:
    """`image` is shown when it is asked; `facts`, which tell where the finding is, only afterwards."""
    image = question.image
    if image is None:
        return {"image": None}
    shown = {"id": image.pk, "width": image.width, "height": image.height, "alt": question.image_alt}
    facts = question.image_facts or {}
    if scales := facts.get("mm_per_pixel"):
        shown["bar"] = measure_bar(image.width, float(scales[0]))
    return {"image": shown, "facts": {"outlines": facts.get("outlines", [])}}


def freeze_fresh(question: Any, turn: int) -> Content:
    """What of the picture is another one in this turn of recall; nothing in the turn of the question's own,
    or where it shows none any more.

    So the same skill is asked, and not the same image again.
    """
    pictures = question.fresh_pictures if question.image else []
    number = turn % (len(pictures) + 1)
    if number == 0:
        return {}
    fresh = pictures[number - 1]
    facts = fresh["facts"]
    shown = {**fresh["image"], "alt": question.image_alt}
    shown["bar"] = measure_bar(shown["width"], float(facts["mm_per_pixel"][0]))
    frozen: Content = {"image": shown, "facts": {"outlines": facts["outlines"]}}
    return frozen | ({"regions": fresh["regions"]} if fresh.get("regions") else {})


def measure_bar(width: int, mm_per_pixel: float) -> dict[str, Any]:
    """Its length in mm and in pixels of the picture."""
    fitting = [mm for mm in BARS if mm / mm_per_pixel <= width / 4] or BARS[:1]
    return {"mm": fitting[-1], "pixels": round(fitting[-1] / mm_per_pixel)}


def get_outlines(content: Content) -> list[str]:
    """As the attribute `points` of a polygon has them."""
    facts = content.get("facts") or {}
    return [" ".join(f"{x},{y}" for x, y in outline["points"]) for outline in facts.get("outlines", [])]
