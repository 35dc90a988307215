"""Wagtail's search by the database, for the lists and dialogues of the studio, with questions that cannot be a fault.

On SQLite a quotation mark in a question is the beginning of a phrase that never ends. A comma stands for it: it is a
part of no word, whatever the locale of the database (in PostgreSQL's C every sign beyond ASCII is one).
"""

from typing import Any

from wagtail.search.backends import database


def clean(question: Any) -> Any:
    """A text without straight quotation marks. Wagtail has read some as phrases and combinations of them before."""
    if isinstance(question, str):
        return question.replace('"', ",")
    if hasattr(question, "query_string"):
        question.query_string = clean(question.query_string)
    for part in getattr(question, "subqueries", ()):
        clean(part)
    return question


def SearchBackend(params: dict[str, Any]) -> Any:
    backend = database.SearchBackend(params)
    search, autocomplete = backend.search, backend.autocomplete
    backend.search = lambda question, *args, **kwargs: search(clean(question), *args, **kwargs)
    backend.autocomplete = lambda question, *args, **kwargs: autocomplete(clean(question), *args, **kwargs)
    return backend
