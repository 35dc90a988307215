"""Files of lessons and guides: front matter, Markdown, and blocks between `::: name` and `:::` (content/README.md).

What is read here is written by `escan.loader.blocks`.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from courses.writing.rates import has_rates
from escan.loader.errors import ContentError
from escan.loader.prose import inline_html, to_html
from escan.loader.yaml_text import parse_yaml
from guides.blocks import find_faults_of_call

Block = dict[str, Any]


def _has_none(name: str) -> int:
    raise ContentError(f"there is no place for {name} here")


class ShippedView(NamedTuple):
    """A picture that the generator made, and what it says of it."""

    image: Any
    width_mm: float
    outline: str
    """Points in percent, as the blocks of views have them; empty where nothing is to be seen."""


def _has_no_view(key: str) -> ShippedView:
    raise ContentError(f"there is no place for {key} here")


class Keep(NamedTuple):
    """Take the name of a figure's file, of a video's folder, or the key of a check or a study, and return the row's id;
    the key of a view, and return its picture; or the name of a picture's file."""

    image: Callable[[str], Any]
    video: Callable[[str], Any] = _has_none
    question: Callable[[str], Any] = _has_none
    view: Callable[[str], ShippedView] = _has_no_view
    study: Callable[[str], Any] = _has_none
    picture: Callable[[str], Any] = _has_none


Reader = Callable[[str, Keep], tuple[str, Any]]
Readers = Mapping[str, Reader]

_BLOCK = re.compile(r"^::: *([\w-]+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
COUNTED_APART = ("question", "video", "view", "pair", "study")
_NUMBER = r"(\d+(?:\.\d+)?)"
_RATE = re.compile(rf"^{_NUMBER}(?: *\({_NUMBER} *[-–] *{_NUMBER}\))?$")  # noqa: RUF001 (authors type either dash)
RATE = ("percent", "low", "high")


def read_front_matter(text: str) -> tuple[dict[str, Any], str]:
    match = re.match(r"^---\n(.*?)^---\n", text, re.MULTILINE | re.DOTALL)
    if match is None:
        raise ContentError("the file does not start with front matter between --- lines")
    return parse_yaml(match[1]), text[match.end() :]


def read_blocks(text: str, *, slug: str, keep: Keep, readers: Readers | None = None) -> list[Block]:
    """The stream of a lesson's body, or with its `readers` that of a guide.

    A block's id depends on lesson and place alone, so that places stay known.

    Some kinds are counted apart: where one of them comes in between others, the ids of these stay.
    """
    blocks, counted = [], Counter[str]()
    for kind, value in _split(text, keep, readers or LESSON_READERS):
        group = f"{kind}/" if kind in COUNTED_APART else ""
        place = f"{group}{counted[group]}"
        counted[group] += 1
        blocks.append({"type": kind, "value": value, "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{slug}/{place}"))})
    return blocks


def _split(text: str, keep: Keep, readers: Readers) -> Iterator[tuple[str, Any]]:
    end = 0
    for match in _BLOCK.finditer(text):
        yield from _prose(text[end : match.start()])
        name, body = match[1], match[2]
        if name not in readers:
            raise ContentError(f"there is no block “{name}”")
        if ":::" in body:
            raise ContentError("a block is opened and not closed, or the other way round")
        yield readers[name](body, keep)
        end = match.end()
    yield from _prose(text[end:])


def _prose(text: str) -> Iterator[tuple[str, Any]]:
    if ":::" in text:
        raise ContentError("a block is opened and not closed, or the other way round")
    if text.strip():
        yield "text", to_html(text)


def _fields(body: str, *known: str) -> dict[str, Any]:
    """The fields of a block. What it does not know it refuses, so that no word is lost."""
    return check_fields(parse_yaml(body), known)


def check_fields(data: Any, known: Collection[str]) -> dict[str, Any]:
    """Raises ContentError for fields that nobody reads, and for what has no fields at all."""
    if not isinstance(data, dict):
        raise ContentError(f"there should be fields ({', '.join(known)}), and not “{str(data)[:60]}”")
    if unknown := [str(name) for name in data if name not in known]:
        raise ContentError(f"nobody knows the field “{unknown[0][:60]}”; known are {', '.join(known)}")
    return data


def _image(entry: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
    """A draft may still lack its picture."""
    name = entry["image"]
    decorative = entry.get("decorative", False)
    return {
        "image": keep.image(name) if name else None,
        "alt_text": entry.get("alt", "") if decorative or not name else entry["alt"],
        "decorative": decorative,
    }


def _figure(body: str, keep: Keep) -> tuple[str, Any]:
    data = _fields(body, "caption", "source", "panels")
    for panel in data["panels"]:
        check_fields(panel, ("image", "alt", "decorative", "label", "text"))
    panels = [
        {
            "image": _image(panel, keep),
            "label": panel.get("label", ""),
            "text": panel.get("text", ""),
        }
        for panel in data["panels"]
    ]
    return "figure", {
        "panels": panels,
        "caption": inline_html(data["caption"]),
        "source": inline_html(data["source"]),
    }


SYNTHETIC = "Synthetic, made by eScan Academy; of no patient."


def _view(body: str, keep: Keep) -> tuple[str, Any]:
    data = _fields(body, "caption", "panels", "source", "synthetic")
    return "view", {**_views(data["panels"], data, keep), "caption": inline_html(data["caption"])}


def _pair(body: str, keep: Keep) -> tuple[str, Any]:
    data = _fields(body, "difference", "panels", "source", "synthetic")
    if len(data["panels"]) != 2 or not all("label" in panel for panel in data["panels"]):
        raise ContentError("a pair has two panels, each with a label")
    return "pair", {**_views(data["panels"], data, keep), "difference": inline_html(data["difference"])}


def _views(panels: list[dict[str, Any]], data: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
    return {
        "panels": [_view_panel(panel, keep) for panel in panels],
        "is_synthetic": data.get("synthetic", True),
        "source": inline_html(data.get("source", SYNTHETIC)),
    }


def _study(body: str, keep: Keep) -> tuple[str, Any]:
    """Without a key it waits for a study: a real case stayed in its academy, or its author has chosen none yet."""
    data = _fields(body, "study", "text")
    return "study", {"study": keep.study(data["study"]) if data["study"] else None, "text": inline_html(data["text"])}


def _view_panel(panel: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
    """Of a view that `pictures.yaml` lists, or of a picture's file with what its author says of it."""
    words = {"label": panel.get("label", ""), "text": panel.get("text", "")}
    if "view" in panel:
        check_fields(panel, ("view", "alt", "label", "text", "outline"))
        view = keep.view(panel["view"])
        image = {"image": view.image, "alt_text": panel["alt"], "decorative": False}
        outline = view.outline if panel.get("outline", True) else ""
        return {"image": image, **words, "width_mm": f"{view.width_mm:.1f}", "outline": outline}
    check_fields(panel, ("image", "alt", "decorative", "label", "text", "width_mm", "outline"))
    width = panel.get("width_mm")
    return {
        "image": _image(panel, keep._replace(image=keep.picture)),
        **words,
        "width_mm": None if width is None else str(Decimal(str(width))),
        "outline": str(panel.get("outline", "")),
    }


def _callout(kind: str) -> Callable[[str, Keep], tuple[str, Any]]:
    return lambda body, _: ("callout", {"kind": kind, "text": inline_html(body)})


def _rate(cell: Any) -> dict[str, str | None]:
    """As it is printed; empty; or, in a draft whose numbers do not fit together, one by one."""
    if cell == "":
        return dict.fromkeys(RATE)
    if isinstance(cell, dict):
        said = check_fields(cell, RATE)
        return {name: None if said.get(name) is None else str(Decimal(str(said[name]))) for name in RATE}
    match = _RATE.match(str(cell).strip())
    numbers = [Decimal(number) for number in match.groups() if number] if match else []
    # Alone, or with its interval around it.
    is_rate = numbers and max(numbers) <= 100 and (len(numbers) == 1 or numbers[1] <= numbers[0] <= numbers[2])
    if match is None or not is_rate:
        raise ContentError(f"“{cell}” is not a rate such as 27 or 27 (21-33)")
    return dict(zip(RATE, match.groups(), strict=True))


def _table(body: str, _: Keep) -> tuple[str, Any]:
    data = _fields(body, "caption", "source", "columns", "rows")
    readers: dict[str, Callable[[Any], Any]] = {"text": inline_html, "number": str, "rate": _rate}
    columns = [readers[kind] for kind in data["columns"]]
    header, *rows = data["rows"] or [[]]
    if any(len(row) != len(columns) for row in data["rows"]):
        raise ContentError(f"the table “{data['caption']}” has rows of different length")
    return "table", {
        "table": {
            "caption": data["caption"],
            "columns": [
                {"type": kind, "heading": str(heading)} for kind, heading in zip(data["columns"], header, strict=True)
            ],
            "rows": [{"values": [read(cell) for read, cell in zip(columns, row, strict=True)]} for row in rows],
        },
        "source": inline_html(data["source"]),
    }


def _rates(body: str, _: Keep) -> tuple[str, Any]:
    key = _fields(body, "descriptor")["descriptor"]
    if key and not has_rates(key):
        raise ContentError(f"there are no published rates of “{key}”")
    return "rates", {"descriptor": key}


def _video(body: str, keep: Keep) -> tuple[str, Any]:
    data = _fields(body, "video", "caption")
    video = keep.video(data["video"]) if data["video"] else None
    return "video", {"video": video, "caption": inline_html(data.get("caption", ""))}


def _text(body: str, _: Keep) -> tuple[str, Any]:
    """For a text that stands right after another one; else it needs no marks around it."""
    return "text", to_html(body)


def _references(body: str, _: Keep) -> tuple[str, Any]:
    items = re.split(r"^- ", body, flags=re.MULTILINE)[1:]
    return "references", {"references": [inline_html(item) for item in items]}


def _question(body: str, keep: Keep) -> tuple[str, Any]:
    return "question", keep.question(body.strip()) if body.strip() else None


def _answers(body: str, _: Keep) -> tuple[str, Any]:
    entries = parse_yaml(body)
    return "answers", {
        "answers": [{"question": str(one["question"]).strip(), "answer": to_html(one["answer"])} for one in entries]
    }


def _patients(body: str, _: Keep) -> tuple[str, Any]:
    return "patients", to_html(body)


def _aid(body: str, _: Keep) -> tuple[str, Any]:
    if body.strip():
        raise ContentError("the aid has no body: it is the same wherever it stands")
    return "aid", None


def _call_to_action(body: str, _: Keep) -> tuple[str, Any]:
    return "call_to_action", inline_html(body)


def _matrix(body: str, _: Keep) -> tuple[str, Any]:
    if body.strip():
        raise ContentError("a matrix is drawn from the data: leave its body empty")
    return "matrix", None


def _picture_key(body: str, keep: Keep) -> tuple[str, Any]:
    groups = [
        {
            "title": group["title"],
            "forms": [
                {"image": _image(form, keep), "name": form["name"], "text": form["text"]} for form in group["forms"]
            ],
        }
        for group in parse_yaml(body)["groups"]
    ]
    return "picture_key", {"groups": groups}


def _call_it(body: str, keep: Keep) -> tuple[str, Any]:
    items = [
        {
            "image": _image(item, keep),
            "choices": [str(choice).strip() for choice in item["choices"]],
            "answer": str(item["answer"]).strip(),
            "feedback": inline_html(item["feedback"]),
        }
        for item in parse_yaml(body)["items"]
    ]
    for item in items:
        if faults := find_faults_of_call(item):
            raise ContentError(f"call-it: {' '.join(faults.values())}")
    return "call_it", {"items": items}


LESSON_READERS: Readers = {
    "text": _text,
    "figure": _figure,
    "pearl": _callout("pearl"),
    "pitfall": _callout("pitfall"),
    "table": _table,
    "rates": _rates,
    "view": _view,
    "pair": _pair,
    "study": _study,
    "video": _video,
    "question": _question,
    "references": _references,
}
GUIDE_READERS: Readers = {
    **{name: reader for name, reader in LESSON_READERS.items() if name not in COUNTED_APART},
    "matrix": _matrix,
    "picture-key": _picture_key,
    "call-it": _call_it,
    "answers": _answers,
    "patients": _patients,
    "aid": _aid,
    "call-to-action": _call_to_action,
}
