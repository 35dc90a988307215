"""Whose readings a request may open: an account's, or those whose keys stand in a stranger's session."""

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.http import is_signed_in
from imaging.reading.models import Reading
from imaging.reading.queries import Reader

KEYS = "readings"
WAYS_BACK = "ways_back"
MOST_KEYS = 20
"""Of a stranger: more than there are open studies."""


def reader_of(request: HttpRequest) -> Reader:
    if is_signed_in(request):
        return Reader(user=request.user)
    return Reader(keys=keys_in(request.session))


def keys_in(session: SessionBase) -> tuple[str, ...]:
    return tuple(session.get(KEYS, ()))


def lead_back(request: HttpRequest, reading: Reading, url: str) -> None:
    """Who came from a lesson finds the way back on the pages of the reading, in this browser."""
    ways = {key: way for key, way in request.session.get(WAYS_BACK, {}).items() if key != reading.key}
    request.session[WAYS_BACK] = dict([*ways.items(), (reading.key, url)][-MOST_KEYS:])


def find_way_back(request: HttpRequest, reading: Reading) -> str:
    """Empty for what is of practice."""
    return str(request.session.get(WAYS_BACK, {}).get(reading.key, ""))


def remember(request: HttpRequest, reading: Reading) -> None:
    """A stranger finds it again in this browser."""
    keys = keys_in(request.session)
    if reading.user_id is None and reading.key not in keys:
        request.session[KEYS] = [*keys, reading.key][-MOST_KEYS:]
