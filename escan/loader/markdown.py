"""Files of lessons and guides: front matter, Markdown, and blocks between `::: name` and `:::` (content/README.md)."""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from courses.writing.rates import has_rates
from guides.blocks import find_faults_of_call

Block = dict[str, Any]


class ContentError(Exception):
    """A content file breaks the format; the message names the file and what is wrong."""


def _has_none(name: str) -> int:
    raise ContentError(f"there is no place for {name} here")


class ShippedView(NamedTuple):
    """A picture that the generator made, and what it says of it."""

    image: int
    width_mm: float
    outline: str
    """Points in percent, as the blocks of views have them; empty where nothing is to be seen."""


def _has_no_view(key: str) -> ShippedView:
    raise ContentError(f"there is no place for {key} here")


class Keep(NamedTuple):
    """Take the name of a figure's file, of a video's folder, or the key of a check or a study, and return the row's id;
    or the key of a view, and return its picture."""

    image: Callable[[str], int]
    video: Callable[[str], int] = _has_none
    question: Callable[[str], int] = _has_none
    view: Callable[[str], ShippedView] = _has_no_view
    study: Callable[[str], int] = _has_none


Reader = Callable[[str, Keep], tuple[str, Any]]
Readers = Mapping[str, Reader]

# The subset that the studio's editor keeps unchanged; anything else stays visible as plain text.
_markdown = (
    MarkdownIt("zero")
    .enable(["heading", "list", "emphasis", "link", "escape", "entity"])
    .use(sub_plugin)
    .use(superscript_plugin)
)
_BLOCK = re.compile(r"^::: *([\w-]+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
COUNTED_APART = ("question", "video", "view", "pair", "study")
_NUMBER = r"(\d+(?:\.\d+)?)"
_RATE = re.compile(rf"^{_NUMBER}(?: *\({_NUMBER} *[-–] *{_NUMBER}\))?$")  # noqa: RUF001 (authors type either dash)


def to_html(text: str) -> str:
    return str(_markdown.render(text)).strip()


def inline_html(text: object) -> str:
    """One paragraph or several, or a number; never a heading or a list."""
    return str(_markdown.renderInline(" ".join(str(text).split())))


def read_front_matter(text: str) -> tuple[dict[str, Any], str]:
    match = re.match(r"^---\n(.*?)^---\n", text, re.MULTILINE | re.DOTALL)
    if match is None:
        raise ContentError("the file does not start with front matter between --- lines")
    return yaml.safe_load(match[1]), text[match.end() :]


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


def _image(entry: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
    return {"image": keep.image(entry["image"]), "alt_text": entry["alt"], "decorative": False}


def _figure(body: str, keep: Keep) -> tuple[str, Any]:
    data = yaml.safe_load(body)
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
    data = yaml.safe_load(body)
    return "view", {**_views(data["panels"], data, keep), "caption": inline_html(data["caption"])}


def _pair(body: str, keep: Keep) -> tuple[str, Any]:
    data = yaml.safe_load(body)
    if len(data["panels"]) != 2 or not all(panel.get("label") for panel in data["panels"]):
        raise ContentError("a pair has two panels, each with a label")
    return "pair", {**_views(data["panels"], data, keep), "difference": inline_html(data["difference"])}


def _views(panels: list[dict[str, Any]], data: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
    return {
        "panels": [_view_panel(panel, keep.view(panel["view"])) for panel in panels],
        "is_synthetic": True,
        "source": inline_html(data.get("source", SYNTHETIC)),
    }


def _study(body: str, keep: Keep) -> tuple[str, Any]:
    data = yaml.safe_load(body)
    return "study", {"study": keep.study(data["study"]), "text": inline_html(data["text"])}


def _view_panel(panel: Mapping[str, Any], view: ShippedView) -> dict[str, Any]:
    return {
        "image": {"image": view.image, "alt_text": panel["alt"], "decorative": False},
        "label": panel.get("label", ""),
        "text": panel.get("text", ""),
        "width_mm": f"{view.width_mm:.1f}",
        "outline": view.outline if panel.get("outline", True) else "",
    }


def _callout(kind: str) -> Callable[[str, Keep], tuple[str, Any]]:
    return lambda body, _: ("callout", {"kind": kind, "text": inline_html(body)})


def _rate(cell: str) -> dict[str, str | None]:
    match = _RATE.match(str(cell).strip())
    numbers = [Decimal(number) for number in match.groups() if number] if match else []
    # Alone, or with its interval around it.
    is_rate = numbers and max(numbers) <= 100 and (len(numbers) == 1 or numbers[1] <= numbers[0] <= numbers[2])
    if match is None or not is_rate:
        raise ContentError(f"“{cell}” is not a rate such as 27 or 27 (21-33)")
    return {"percent": match[1], "low": match[2], "high": match[3]}


def _table(body: str, _: Keep) -> tuple[str, Any]:
    data = yaml.safe_load(body)
    readers: dict[str, Callable[[Any], Any]] = {"text": inline_html, "number": str, "rate": _rate}
    columns = [readers[kind] for kind in data["columns"]]
    header, *rows = data["rows"]
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
    key = yaml.safe_load(body)["descriptor"]
    if not has_rates(key):
        raise ContentError(f"there are no published rates of “{key}”")
    return "rates", {"descriptor": key}


def _video(body: str, keep: Keep) -> tuple[str, Any]:
    data = yaml.safe_load(body)
    return "video", {"video": keep.video(data["video"]), "caption": inline_html(data.get("caption", ""))}


def _references(body: str, _: Keep) -> tuple[str, Any]:
    items = re.split(r"^- ", body, flags=re.MULTILINE)[1:]
    return "references", {"references": [inline_html(item) for item in items]}


def _question(body: str, keep: Keep) -> tuple[str, Any]:
    return "question", keep.question(body.strip())


def _answers(body: str, _: Keep) -> tuple[str, Any]:
    entries = yaml.safe_load(body)
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
        for group in yaml.safe_load(body)["groups"]
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
        for item in yaml.safe_load(body)["items"]
    ]
    for item in items:
        if faults := find_faults_of_call(item):
            raise ContentError(f"call-it: {' '.join(faults.values())}")
    return "call_it", {"items": items}


LESSON_READERS: Readers = {
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
