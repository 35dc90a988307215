"""A question of each kind, as it was frozen."""

from typing import Any

CHOICES: list[dict[str, Any]] = [
    {"text": letter, "is_correct": letter in "BD", "rationale": f"Why {letter}"} for letter in "ABCD"
]
BASE: dict[str, Any] = {"stem": "<p>?</p>", "references": ["Atlas"], "rationale": "Because of the edge", "question": 7}
SINGLE = {**BASE, "kind": "single", "choices": [{**choice, "is_correct": choice["text"] == "B"} for choice in CHOICES]}
MULTIPLE = {**BASE, "kind": "multiple", "choices": CHOICES}
NUMERIC = {**BASE, "kind": "numeric", "value": "0.6", "tolerance": "0.05", "unit": "mm"}
PLACE = {
    **BASE,
    "kind": "place",
    "image": {"id": 3, "width": 160, "height": 160, "alt": "A field"},
    "regions": [{"x": 50.0, "y": 40.0, "rx": 10.0, "ry": 5.0}, {"x": 90.0, "y": 90.0, "rx": 2.0, "ry": 2.0}],
}
# As it was frozen before there were kinds.
OLD: dict[str, Any] = {"stem": "<p>?</p>", "references": [], "choices": SINGLE["choices"]}
CONTENTS: dict[str, dict[str, Any]] = {
    "single": SINGLE,
    "multiple": MULTIPLE,
    "numeric": NUMERIC,
    "place": PLACE,
    "old": OLD,
}
