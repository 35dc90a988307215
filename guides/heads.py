"""What the pages of guides tell engines and who gets a link to them (core/heads.py)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from core.cards import Card, choose_figure
from core.heads import (
    ACADEMY,
    LANGUAGE,
    Head,
    Node,
    absolute,
    describe_academy,
    describe_list,
    describe_way,
    drop_empty,
)
from courses.search.passages import plain
from courses.writing.blocks import find_pictures
from courses.writing.published import kept_until_published
from courses.writing.references import find_address

# A guide is read before its head is made, so its model knows nothing of this.
Guide = Any


def make_card(guide: Guide) -> Card:
    return Card(gettext("Guide"), guide.title, choose_figure(find_pictures(guide.body)))


def get_card_path(guide: Guide, card: Card) -> str:
    return reverse("guides:card", args=[guide.slug, card.digest])


@kept_until_published
def get_list_head(paths: tuple[str, ...]) -> Head:
    """`paths` are those of the guides, in the order of the list."""
    name, path = gettext("Guides"), reverse("guides:list")
    description = gettext(
        "Free guides on breast imaging for radiologists and technologists, with sources for every number."
    )
    page = {
        "@type": "CollectionPage",
        "@id": absolute(path),
        "url": absolute(path),
        "name": name,
        "description": description,
        "inLanguage": LANGUAGE,
        "publisher": describe_academy(),
        "mainEntity": describe_list(paths),
    }
    return Head(
        title=f"{name}: {ACADEMY}",
        description=description,
        name=name,
        path=path,
        things=(page, describe_way((name, path))),
    )


def make_head(guide: Guide, card: Card, *, answers: Sequence[Sequence[str]]) -> Head:
    path, picture = guide.get_absolute_url(), get_card_path(guide, card)
    things = [
        describe_guide(guide, picture=picture),
        describe_way((gettext("Guides"), reverse("guides:list")), (guide.title, path)),
    ]
    if answers:
        things.insert(1, describe_answers(path, answers))
    return Head(
        title=f"{guide.title} · {ACADEMY}",
        description=guide.summary,
        name=guide.title,
        path=path,
        picture=picture,
        published_at=guide.first_published_at,
        modified_at=guide.last_published_at,
        things=things,
    )


def describe_guide(guide: Guide, *, picture: str) -> Node:
    """Who reviewed it is told once a licensed person has signed; before that nothing is."""
    address = absolute(guide.get_absolute_url())
    page = {
        "@type": "MedicalWebPage",
        "@id": address,
        "url": address,
        "name": guide.title,
        "headline": guide.title,
        "description": guide.summary,
        "image": absolute(picture),
        "inLanguage": LANGUAGE,
        "isAccessibleForFree": True,
        "author": describe_author(guide.author),
        "publisher": describe_academy(),
        "datePublished": guide.first_published_at.isoformat(),
        "dateModified": guide.last_published_at.isoformat(),
        "citation": [*describe_references(guide)],
    }
    if guide.reviewed_on:
        page["reviewedBy"] = {"@type": "Person", "name": guide.reviewer}
        page["lastReviewed"] = guide.reviewed_on.isoformat()
    return drop_empty(page)


def describe_author(name: str) -> Node:
    return describe_academy() if name == ACADEMY else {"@type": "Person", "name": name}


def describe_references(guide: Guide) -> Iterator[Node]:
    for block in guide.body:
        if block.block_type == "references":
            for reference in block.value["references"]:
                text = plain(reference)
                yield drop_empty({"@type": "CreativeWork", "name": text, "url": find_address(text)})


def describe_answers(path: str, answers: Sequence[Sequence[str]]) -> Node:
    return {
        "@type": "FAQPage",
        "@id": absolute(f"{path}#questions"),
        "isPartOf": {"@id": absolute(path)},
        "inLanguage": LANGUAGE,
        "mainEntity": [
            {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for question, answer in answers
        ],
    }
