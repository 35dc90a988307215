"""Slugs and keys of rows that are made of others."""

from typing import Any

from courses.writing.models import PublishedSlug


def find_free_name(model: type[Any], field: str, wanted: str) -> str:
    """The name itself, or the first with a number behind it that is free."""
    longest = model._meta.get_field(field).max_length
    name, number = wanted[:longest].strip("-"), 1
    while _is_taken(model, field, name):
        number += 1
        name = f"{wanted[: longest - 4].strip('-')}-{number}"
    return name


def _is_taken(model: type[Any], field: str, name: str) -> bool:
    """By a row, or by an address that still leads to one: published under it, a new row would take it over."""
    if model._default_manager.filter(**{field: name}).exists():
        return True
    if field != "slug":
        return False
    return PublishedSlug.objects.filter(slug=name).exclude(**{str(model._meta.model_name): None}).exists()
