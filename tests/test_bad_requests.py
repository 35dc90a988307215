"""Every address against what no page of ours sends: refused as the caller's fault, never a fault of the academy's."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from escan.bodies import NUL
from escan.wsgi import application
from tests.test_permissions import Row, rows
from tests.test_permissions import world as world

# Of one process: the content is loaded once.
pytestmark = pytest.mark.xdist_group("bad requests")

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=here"


def part(head: str, content: bytes = b"x") -> bytes:
    return b"--here\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


FIELD = 'Content-Disposition: form-data; name="email"'
FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
END = b"--here--\r\n"
BODIES = {
    "a charset that does not exist": (f"{FORM}; charset=nonsense", b"email=a"),
    "a charset that is not ours": (f"{FORM}; charset=utf-16", "email=a".encode("utf-16")),
    "parts in a charset that is not ours": (f"{MULTIPART}; charset=utf-16", part(FIELD) + END),
    "parts in a charset that does not exist": (f"{MULTIPART}; charset=nonsense", part(FIELD) + END),
    "no boundary": ("multipart/form-data", part(FIELD) + END),
    "a boundary of other letters": ("multipart/form-data; boundary=é", part(FIELD) + END),
    "a boundary without end": (f"multipart/form-data; boundary={'x' * 300}", part(FIELD) + END),
    "no end": (MULTIPART, part(FIELD)),
    "nothing at all": (MULTIPART, b""),
    "no base64 where it is announced": (MULTIPART, part(f"{FIELD}\r\nContent-Transfer-Encoding: base64", b"!") + END),
    "a part's charset": (MULTIPART, part(f"{FIELD}\r\nContent-Type: text/plain; charset=nonsense", b"\xff") + END),
    "a part's head without end": (MULTIPART, part(f"{FIELD}\r\nX-Long: {'x' * 5000}") + END),
    "a file without a name": (MULTIPART, part('Content-Disposition: form-data; filename="a"') + END),
    "too many fields": (FORM, b"&".join(b"a=1" for _ in range(2000))),
    "too many fields in parts": (MULTIPART, part(FIELD) * 1100 + END),
    "too many files": (MULTIPART, part(FILE) * 150 + END),
    "a type without an end": ("text/", b"x"),
    "a list instead of an object": ("application/json", b"[]"),
    "half an object": ("application/json", b'{"id":'),
    "no UTF-8 in JSON": ("application/json", b'{"id": "\xff"}'),
    "a number that is none": ("application/json", b'{"id": NaN, "created": Infinity}'),
    "half a pair": ("application/json", rb'{"id": "\ud800", "type": "\u0000"}'),
    "depth without end": ("application/json", b"[" * 50_000),
    "a word": ("application/json", b'"word"'),
}
VALUES = {
    "NUL": "%00",
    "NUL inside": "a%00b@example.org",
    "no UTF-8": "%ff%fe",
    "half a pair": "%ed%a0%80",
    "a huge number": "9" * 5000,
    "beyond a big integer": "99999999999999999999",
    "a negative number": "-1",
    "a number that is none": "NaN",
    "beyond a float": "1e999",
    "other digits": quote("²"),
    "depth without end": quote("[" * 2000),
    "an object": quote('{"a": [1]}'),
    "nothing": "",
}
QUERIES = ("q", "next", "page", "p", "session_id", "key", "code", "lesson", "shown", "login", "email", "kind")


# What a database or a number refuses, each alone in a field that is otherwise as it should be.
SHARP = ("NUL inside", "beyond a big integer")


def without_faults(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.fixture
def owner(world: dict[str, Any], learner_with_access: User, client_for: Callable[..., Client]) -> Client:
    """Whoever has something of each kind."""
    return without_faults(client_for(learner_with_access))


def send(client: Client, address: str, kind: str, body: bytes) -> int:
    return client.generic("POST", address, body or b" ", content_type=kind).status_code


@pytest.mark.parametrize("who", ["stranger", "owner"])
def test_a_body_that_cannot_be_read_is_the_callers_fault(
    world: dict[str, Any], request: pytest.FixtureRequest, who: str
) -> None:
    client = without_faults(Client()) if who == "stranger" else request.getfixturevalue("owner")
    # As in a browser: Django reads the form to look for the token that belongs to the cookie.
    client.handler.enforce_csrf_checks = True
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    addresses = [*sorted({row.address for row in rows(world).values()}), "/nowhere/", "/courses/nothing/"]
    faults = {
        (address, name)
        for address in addresses
        for name, (kind, body) in BODIES.items()
        if send(client, address, kind, body) >= 500
    }
    assert faults == set()


def names_of_fields(client: Client, row: Row) -> set[str]:
    answer = client.get(row.address)
    page = BeautifulSoup(b"" if answer.streaming else answer.content, "html.parser")
    return {str(field["name"]) for field in page.select("main form [name]")} | set(row.data)


def write(fields: dict[str, str]) -> bytes:
    return "&".join(f"{quote(name)}={value}" for name, value in fields.items()).encode()


def test_a_value_that_no_field_takes_is_the_callers_fault(world: dict[str, Any], owner: Client) -> None:
    faults = set()
    for row in rows(world).values():
        if row.address == "/accounts/logout/":
            continue
        good = {name: quote(str(value)) for name, value in row.data.items()}
        names = names_of_fields(owner, row) - {"csrfmiddlewaretoken"}
        tries = [(said, dict.fromkeys(names, value)) for said, value in VALUES.items()]
        tries += [(f"{said} in {name}", {**good, name: VALUES[said]}) for said in SHARP for name in names]
        for said, fields in tries if names else []:
            if send(owner, row.address, FORM, write(fields)) >= 500:
                faults.add((row.address, said))
    assert faults == set()


def test_a_question_that_no_address_takes_is_the_callers_fault(world: dict[str, Any], owner: Client) -> None:
    faults = {
        (row.address, said)
        for row in rows(world).values()
        for said, value in VALUES.items()
        if owner.get(f"{row.address.partition('?')[0]}?{write(dict.fromkeys(QUERIES, value)).decode()}").status_code
        >= 500
    }
    assert faults == set()


def paths(patterns: list[URLPattern | URLResolver], start: str = "/") -> Iterator[str]:
    """Ours with something to fill in."""
    for pattern in patterns:
        address = start + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield from [address] if "<" in address and "^" not in address else []
        elif address != "/studio/":
            yield from paths(pattern.url_patterns, address)


def test_an_address_that_leads_nowhere_is_the_callers_fault(owner: Client) -> None:
    tries = {(path, said) for path in paths(get_resolver().url_patterns) for said in ("NUL", "no UTF-8", *SHARP)}
    assert len(tries) > 100
    faults = {
        (path, said)
        for path, said in tries
        for method in ("GET", "POST")
        if owner.generic(method, re.sub(r"<[^>]+>", VALUES[said], path)).status_code >= 500
    }
    assert faults == set()


@pytest.mark.parametrize("kind", ["text/plain; charset=base64", "text/plain; charset=utf-16", "; charset=rot13"])
def test_a_charset_is_refused_before_django_decodes_the_query_by_it(db: None, kind: str) -> None:
    statuses: list[str] = []
    asked = RequestFactory().get("/healthz?a=b").environ | {"CONTENT_TYPE": kind}
    application(asked, lambda status, _headers, *_: statuses.append(status))
    assert statuses == ["400 Bad Request"]


def test_what_cannot_be_read_is_said_in_a_page_and_to_a_script_as_json(db: None) -> None:
    page = Client().post("/contact/?q=%00")
    assert page.status_code == 400
    assert "reload the page" in page.content.decode()
    told = Client().post("/contact/?q=%00", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (400, {"error": str(NUL)})
    many = Client().get("/?" + "a&" * 2000)
    assert many.status_code == 400
