"""Where a question asks for a place: the regions of questions.yaml that name a finding of the picture."""

from typing import Any

from escan.loader.errors import ContentError


def place_regions(entry: dict[str, Any], facts: dict[str, Any] | None) -> dict[str, Any]:
    """`regions: {finding: 0}` is the ellipse around each outline of that finding, with some room for a fingertip."""
    wanted = entry.get("regions")
    if not isinstance(wanted, dict) or facts is None:
        return entry
    regions = [_surround(each["points"], facts) for each in facts["outlines"] if each["finding"] == wanted["finding"]]
    if not regions:
        raise ContentError(f"question {entry['key']}: finding {wanted['finding']} is not in its picture")
    return {**entry, "regions": regions}


def _surround(points: list[list[float]], facts: dict[str, Any]) -> dict[str, float]:
    """Center and half axes in percent; √2, so that the ellipse holds the corners of the box around the outline."""
    region = {}
    for axis, half, numbers, length in (
        ("x", "rx", [x for x, _ in points], facts["width"]),
        ("y", "ry", [y for _, y in points], facts["height"]),
    ):
        least, most = max(min(numbers), 0), min(max(numbers), length)
        region[axis] = round(50 * (least + most) / length, 2)
        region[half] = round(max(50 * (most - least) / length * 2**0.5, 4), 2)
    return region
