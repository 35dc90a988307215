"""A question as it is asked: frozen once, then described for a page, with or without its truth."""

import dataclasses
from random import Random
from typing import TYPE_CHECKING, Any

from courses.assessment.scoring import Content, get_kind, is_right

if TYPE_CHECKING:
    from courses.assessment.models.questions import Question


def freeze(question: "Question", rng: Random | None) -> Content:
    """All that asking, scoring and explaining need. With `rng` the choices are shuffled."""
    content: Content = {
        "kind": question.kind,
        "question": question.pk,
        "stem": question.stem,
        "references": [line.strip() for line in question.references.splitlines() if line.strip()],
        "rationale": question.rationale,
        "objective": None,
    }
    if question.objective is not None:
        content["objective"] = {"position": question.objective.position, "text": question.objective.text}
    return content | _FREEZERS[question.kind](question, rng)


def _freeze_choices(question: "Question", rng: Random | None) -> Content:
    choices = [
        {"text": choice.text, "is_correct": choice.is_correct, "rationale": choice.rationale}
        for choice in question.choices.all()
    ]
    if rng is not None:
        rng.shuffle(choices)
    return {"choices": choices}


def _freeze_number(question: "Question", rng: Random | None) -> Content:
    # A draft that is previewed may still lack its value.
    value, tolerance = (f"{number or 0:f}" for number in (question.value, question.tolerance))
    return {"value": _plain(value), "tolerance": _plain(tolerance), "unit": question.unit}


def _freeze_place(question: "Question", rng: Random | None) -> Content:
    image = question.image
    shown = image and {"id": image.pk, "width": image.width, "height": image.height, "alt": question.image_alt}
    regions = [{name: float(getattr(row, name)) for name in ("x", "y", "rx", "ry")} for row in question.regions.all()]
    return {"image": shown, "regions": regions}


_FREEZERS = {
    "single": _freeze_choices,
    "multiple": _freeze_choices,
    "numeric": _freeze_number,
    "place": _freeze_place,
}


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


@dataclasses.dataclass(frozen=True)
class AskedChoice:
    index: int
    text: str
    is_chosen: bool
    is_correct: bool = False
    rationale: str = ""


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a page shows of a question. Unless `is_told`, nothing in it depends on what is right."""

    kind: str
    stem: str
    template: str
    field: str
    answer: Any
    is_told: bool
    question: int | None = None
    choices: list[AskedChoice] = dataclasses.field(default_factory=list)
    image: dict[str, Any] | None = None
    unit: str = ""
    # Numbers as text, so that no language writes them with a comma where a drawing wants a point.
    mark: tuple[str, str] | None = None
    regions: list[dict[str, str]] = dataclasses.field(default_factory=list)
    value: str = ""
    tolerance: str = ""
    is_right: bool = False
    rationale: str = ""
    references: list[str] = dataclasses.field(default_factory=list)


def describe(content: Content, answer: Any, *, is_told: bool, prefix: str = "") -> Asked:
    """For templates/escan/questions/<kind>.html; its fields' names begin with `prefix`, as a form's do."""
    kind = get_kind(content)
    mark = (str(answer[0]), str(answer[1])) if kind == "place" and answer is not None else None
    chosen = answer if isinstance(answer, list) else [answer]
    asked: dict[str, Any] = {
        "kind": kind,
        "stem": content["stem"],
        "template": f"courses/assessment/questions/_{kind}.html",
        "field": f"{prefix}-" if prefix else "",
        "answer": answer,
        "question": content.get("question"),
        "image": content.get("image"),
        "unit": content.get("unit", ""),
        "mark": mark,
    }
    choices = content.get("choices", [])
    if not is_told:
        shown = [AskedChoice(index, choice["text"], index in chosen) for index, choice in enumerate(choices)]
        return Asked(**asked, is_told=False, choices=shown)
    told = [AskedChoice(index, is_chosen=index in chosen, **choice) for index, choice in enumerate(choices)]
    return Asked(
        **asked,
        is_told=True,
        choices=told,
        regions=[{name: str(number) for name, number in region.items()} for region in content.get("regions", [])],
        value=content.get("value", ""),
        tolerance=content.get("tolerance", ""),
        is_right=is_right(content, answer),
        rationale=content.get("rationale", ""),
        references=content["references"],
    )
