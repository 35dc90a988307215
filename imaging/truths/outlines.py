"""A drawn finding as the viewer takes it (static/js/viewer/signs.js)."""

from typing import Any

from imaging.truths.drafts import DraftFinding, read_shape


def describe_finding(finding: DraftFinding, *, label: str, name: str, sign: str) -> list[dict[str, Any]]:
    """An outline of each view in which it is drawn. `name` is what a screen reader says."""
    return [
        {
            "label": label,
            "view": region.view,
            "polygon": [list(corner) for corner in read_shape(region.shape)],
            "found": False,
            "name": name,
            "sign": sign,
        }
        for region in finding.regions
    ]
