"""The blocks of a lesson as text: the way back of `escan.loader.markdown`."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from escan.loader.markdown import RATE, SYNTHETIC
from escan.loader.prose import inline_html
from escan.loader.rich_text import to_inline_markdown, to_markdown
from escan.loader.yaml_text import dump_yaml

Value = Any


class Names(NamedTuple):
    """What the rows of a stream are called in files. Each takes a key, and returns nothing for what does not travel."""

    image: Callable[[int], str]
    picture: Callable[[int], str]
    video: Callable[[int], str]
    question: Callable[[int], str]
    study: Callable[[int], str]


def write_blocks(blocks: Iterable[Mapping[str, Any]], names: Names) -> str:
    """Of the stream as it is stored, as `read_blocks` returns it."""
    written: list[str] = []
    before = ""
    for block in blocks:
        kind, value = block["type"], block["value"]
        if kind == "text":
            text = to_markdown(value or "")
            # Two texts in a row would be one.
            written.append(text if text and before != "text" else _fence("text", text))
        else:
            name, body = BLOCK_WRITERS[kind](value, names)
            written.append(_fence(name, body))
        before = kind
    return "\n\n".join(written) + "\n"


def _fence(name: str, body: str) -> str:
    body = body.rstrip("\n")
    return f"::: {name}\n{body}\n:::" if body else f"::: {name}\n:::"


def _yaml(**fields: Any) -> str:
    """Without the fields that say what is so anyway."""
    return dump_yaml({name: value for name, value in fields.items() if value is not None})


def _words(html: Any) -> str:
    return to_inline_markdown(html or "")


def _image(image: Any, name_of: Callable[[int], str]) -> dict[str, Any]:
    """A stored picture block; where the picture lacks, so do its words, which are stored with it alone."""
    image = image or {}
    name = name_of(image["image"]) if image.get("image") else ""
    if not name:
        return {"image": ""}
    alt = image.get("alt_text") or ""
    if image.get("decorative"):
        return {"image": name, "decorative": True, **({"alt": alt} if alt else {})}
    return {"image": name, "alt": alt}


def _labels(panel: Mapping[str, Any]) -> dict[str, Any]:
    return {name: panel[name] for name in ("label", "text") if panel.get(name)}


def unwrap(items: Iterable[Any]) -> list[Any]:
    """A list as it is stored, whether each item has an id of its own, as the editor's have, or not."""
    return [item["value"] if isinstance(item, dict) and item.get("type") == "item" else item for item in items or ()]


def _figure(value: Value, names: Names) -> tuple[str, str]:
    panels = [{**_image(panel["image"], names.image), **_labels(panel)} for panel in unwrap(value["panels"])]
    return "figure", _yaml(caption=_words(value["caption"]), source=_words(value["source"]), panels=panels)


def _callout(value: Value, names: Names) -> tuple[str, str]:
    return str(value["kind"]), _words(value["text"])


def _view(value: Value, names: Names) -> tuple[str, str]:
    return "view", _yaml(caption=_words(value["caption"]), **_views(value, names))


def _pair(value: Value, names: Names) -> tuple[str, str]:
    return "pair", _yaml(difference=_words(value["difference"]), **_views(value, names))


def _views(value: Value, names: Names) -> dict[str, Any]:
    """The picture of a patient stays where its rights are, with where its findings lie in it."""
    is_synthetic = bool(value["is_synthetic"])
    source = _words(value["source"])
    return {
        "panels": [_panel(panel, names, is_synthetic=is_synthetic) for panel in unwrap(value["panels"])],
        "source": None if source == to_inline_markdown(inline_html(SYNTHETIC)) else source,
        "synthetic": None if is_synthetic else False,
    }


def _panel(panel: Mapping[str, Any], names: Names, *, is_synthetic: bool) -> dict[str, Any]:
    image = _image(panel["image"], names.picture if is_synthetic else lambda _: "")
    width, outline = panel["width_mm"], panel["outline"] if is_synthetic else ""
    return {
        **image,
        # Of a pair each has one, be it empty.
        "label": panel.get("label") or "",
        **({"text": panel["text"]} if panel.get("text") else {}),
        **({"width_mm": write_number(width)} if width is not None else {}),
        **({"outline": outline} if outline else {}),
    }


def write_number(number: Any) -> int | float:
    """As a person writes it."""
    exact = Decimal(str(number))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _table(value: Value, names: Names) -> tuple[str, str]:
    table = value["table"] or {}
    columns = table.get("columns") or []
    kinds = [column["type"] for column in columns]
    cells: dict[str, Callable[[Any], Any]] = {"text": _words, "number": lambda cell: str(cell or ""), "rate": _rate}
    rows = [
        [cells[kind](cell) for kind, cell in zip(kinds, row["values"], strict=True)] for row in table.get("rows") or []
    ]
    return "table", _yaml(
        caption=table.get("caption") or "",
        source=_words(value["source"]),
        columns=kinds,
        rows=[[column["heading"] or "" for column in columns], *rows] if columns else [],
    )


def _rate(cell: Any) -> Any:
    numbers = {name: (cell or {}).get(name) for name in RATE}
    percent, low, high = (None if number is None else Decimal(str(number)) for number in numbers.values())
    if percent is None and low is None and high is None:
        return ""
    fits = percent is not None and 0 <= percent <= 100
    if fits and low is None and high is None:
        return f"{percent:f}"
    if fits and low is not None and high is not None and 0 <= low <= percent <= high <= 100:  # type: ignore[operator]
        return f"{percent:f} ({low:f}-{high:f})"
    return {name: write_number(number) for name, number in numbers.items() if number is not None}


def _rates(value: Value, names: Names) -> tuple[str, str]:
    return "rates", _yaml(descriptor=value["descriptor"] or "")


def _study(value: Value, names: Names) -> tuple[str, str]:
    study = names.study(value["study"]) if value["study"] else ""
    return "study", _yaml(study=study, text=_words(value["text"]))


def _video(value: Value, names: Names) -> tuple[str, str]:
    video = names.video(value["video"]) if value["video"] else ""
    return "video", _yaml(video=video, caption=_words(value["caption"]) or None)


def _question(value: Value, names: Names) -> tuple[str, str]:
    return "question", names.question(value) if value else ""


def _references(value: Value, names: Names) -> tuple[str, str]:
    items = [_words(item).replace("\n", "\n  ") for item in unwrap(value["references"])]
    return "references", "\n".join(f"- {item}" for item in items)


Writer = Callable[[Value, Names], tuple[str, str]]
BLOCK_WRITERS: dict[str, Writer] = {
    "figure": _figure,
    "callout": _callout,
    "table": _table,
    "rates": _rates,
    "view": _view,
    "pair": _pair,
    "study": _study,
    "video": _video,
    "question": _question,
    "references": _references,
}
"""By the kind of block; a text has no marks around it. The names of the fences are those of LESSON_READERS."""
