"""An entry of questions.yaml: what its question becomes, and the way back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from courses.assessment.kinds import DEFAULT, KINDS, get_kind
from escan.loader.errors import ContentError
from escan.loader.fields import FRESH, LINKS, QUESTION, list_names, read_fields, write_fields
from escan.loader.markdown import check_fields
from escan.loader.regions import place_regions

Fields = dict[str, Any]


class Pictures(NamedTuple):
    """The pictures beside the list: by the name of a figure's file or the key of a picture, what a question keeps."""

    figure: Callable[[str], Any]
    picture: Callable[[str], Any]
    facts: Callable[[str], Fields]
    others: Callable[[str], Sequence[str]]
    """The keys of those that `pictures.yaml` says are of the same skill."""


class Read(NamedTuple):
    fields: Fields
    choices: Sequence[Fields]
    regions: Sequence[Fields]


def read_question(entry: Mapping[str, Any], pictures: Pictures) -> Read:
    """All but what it names of other rows. Raises ContentError, KeyError for what is missing."""
    name = entry.get("kind", DEFAULT)
    if name not in KINDS:
        raise ContentError(f"there is no kind “{name}”")
    kind = KINDS[name]
    check_fields(entry, list_names(QUESTION, *LINKS, *kind.entry_fields))
    shown = _read_shown(entry, pictures)
    written = kind.read_entry(place_regions(dict(entry), shown["image_facts"]))
    fields = {"kind": name, **read_fields(entry, QUESTION), **shown, **written.fields}
    return Read(fields, written.choices, written.regions)


def _read_shown(entry: Mapping[str, Any], pictures: Pictures) -> Fields:
    # What had a picture and has none any more.
    nothing: Fields = {"image_id": None, "image_alt": "", "image_facts": None, "fresh_pictures": []}
    if "picture" in entry:
        key = entry["picture"]
        shown = {"image_id": pictures.picture(key), "image_facts": pictures.facts(key)}
        return {**nothing, **shown, "image_alt": entry["alt"], "fresh_pictures": _read_fresh(entry, pictures)}
    if "image" in entry:
        return {**nothing, "image_id": pictures.figure(entry["image"]), "image_alt": entry["alt"]}
    return nothing


def _read_fresh(entry: Mapping[str, Any], pictures: Pictures) -> list[Fields]:
    if "fresh" in entry:
        given = [check_fields(each, FRESH) for each in entry["fresh"]]
        return [_keep_fresh(each["picture"], each.get("regions", []), pictures) for each in given]
    # A place that was written by hand is right in its own picture alone.
    if isinstance(entry.get("regions"), list):
        return []
    return [
        _keep_fresh(key, place_regions(dict(entry), pictures.facts(key)).get("regions", []), pictures)
        for key in pictures.others(entry["picture"])
    ]


def _keep_fresh(key: str, regions: Sequence[Fields], pictures: Pictures) -> Fields:
    facts = pictures.facts(key)
    image = {"id": pictures.picture(key), "width": facts["width"], "height": facts["height"]}
    return {"image": image, "facts": facts, "regions": list(regions)}


class QuestionNames(NamedTuple):
    """What the rows that a question names are called in files; nothing for what does not travel."""

    figure: Callable[[Any], str]
    picture: Callable[[Any, Fields], str]
    """By the key of the image and what is known of it, the key of the picture."""
    lesson: Callable[[int], str]
    objective: Callable[[int], int]
    question: Callable[[int], str]


def write_question(row: Any, names: QuestionNames) -> Fields:
    """As `read_question` reads it. A picture and its words are there together or not at all."""
    said = write_fields(row, QUESTION)
    key = get_kind(row.kind).write_entry(row)
    links: Fields = {
        "stands_for": row.stands_for_id and names.question(row.stands_for_id),
        "kind": row.kind if row.kind != DEFAULT else None,
        "lesson": row.lesson_id and names.lesson(row.lesson_id),
        "objective": row.objective_id and names.objective(row.objective_id),
    }
    entry = {
        "key": row.key,
        "use": said.pop("use", None),
        **links,
        "stem": said.pop("stem"),
        **_write_shown(row, names),
        **key,
        **said,
    }
    # What a draft has no key for yet is said, for it is asked for.
    kept = ((name, value) for name, value in entry.items() if value is not None or name in key)
    return {name: value for name, value in kept if name not in links or value}


def _write_shown(row: Any, names: QuestionNames) -> Fields:
    if row.image_id is None:
        return {}
    if row.image_facts is None:
        return {"image": names.figure(row.image_id), "alt": row.image_alt}
    fresh = [
        {
            "picture": names.picture(each["image"]["id"], each["facts"]),
            **({"regions": each["regions"]} if each.get("regions") else {}),
        }
        for each in row.fresh_pictures or []
    ]
    shown: Fields = {"picture": names.picture(row.image_id, row.image_facts), "alt": row.image_alt}
    # Without a list of pictures nothing else is known of the same skill.
    return {**shown, **({"fresh": fresh} if fresh else {})}
