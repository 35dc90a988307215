"""What a page tells those who never see it: engines that search, and people to whom a link is sent (decision 53).

A `Head` has the title and the description of a page, and for a page that everyone may open its address, its picture,
and what it is in the words of schema.org. Nothing is told that does not stand in the rows, and on the page.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from core.cards import HEIGHT, OWN, WIDTH

# A thing in JSON-LD.
Node = dict[str, Any]

ACADEMY = "eScan Academy"
LANGUAGE = "en"
# In a block of data only "<" could end it; as escapes of JSON all three mean the same.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


@dataclass(frozen=True)
class Head:
    title: str
    """In the browser's tab."""
    description: str
    name: str = ""
    """Of what the page is about, without the academy's."""
    path: str = ""
    """The one address of the page. A page without one is told of to nobody, such as a preview."""
    picture: str = ""
    """The path of its card; empty: that of the academy."""
    published_at: datetime | None = None
    """Of an article."""
    modified_at: datetime | None = None
    things: Sequence[Node] = ()

    @cached_property
    def tags(self) -> SafeString:
        """Rendered once, for whoever keeps the head."""
        if not self.path:
            return SafeString()
        context = {
            "head": self,
            "academy": ACADEMY,
            "address": absolute(self.path),
            "picture": absolute(self.picture or static(OWN)),
            "width": WIDTH,
            "height": HEIGHT,
            "published": self.published_at and self.published_at.isoformat(),
            "modified": self.modified_at and self.modified_at.isoformat(),
            "data": as_json({"@context": "https://schema.org", "@graph": [*self.things]}),
        }
        return mark_safe(render_to_string("core/_told.html", context).strip())  # noqa: S308 - a template's output


def as_json(thing: Any) -> SafeString:
    """JSON that can stand in a script element, whatever stands in it."""
    return mark_safe(json.dumps(thing, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 - nothing ends the element


def absolute(path: str) -> str:
    return path if path.startswith(("http://", "https://")) else settings.SITE_URL + path


def describe_academy() -> Node:
    return {
        "@type": "EducationalOrganization",
        "@id": absolute("/#academy"),
        "name": ACADEMY,
        "url": absolute(reverse("home")),
        "logo": absolute(static("img/icon-512.png")),
    }


def describe_way(*steps: tuple[str, str]) -> Node:
    """The way to a page from the front page: of each step its name and its path."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
            for number, (name, path) in enumerate([(gettext("Home"), reverse("home")), *steps], 1)
        ],
    }


def describe_list(paths: Sequence[str]) -> Node:
    """The pages that a list leads to, in its order."""
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "url": absolute(path)} for number, path in enumerate(paths, 1)
        ],
    }


def drop_empty(node: Node) -> Node:
    """Nothing is said of what is not known."""
    return {name: value for name, value in node.items() if value not in (None, "", [], ())}
