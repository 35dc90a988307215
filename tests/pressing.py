"""A press on a form of a page, as a browser does it."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client


def press(client: Client, page: str, action: str) -> Any:
    """Send the form of the page with what stands in it; without the token against forgery the site refuses it."""
    client.handler.enforce_csrf_checks = True
    assert client.post(action).status_code == 403
    form = BeautifulSoup(client.get(page).content, "html.parser").select_one(f'form[method="post"][action="{action}"]')
    assert form, f"{page} has no form for {action}"
    return client.post(action, {field["name"]: field["value"] for field in form.select("input[name]")})
