"""Somebody who walks through a preview by its links and forms."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from courses.models import Course
from tests.html import squeezed


class Walker:
    """Follows what the page says, and counts on it that every address stays inside."""

    def __init__(self, client: Client, course: Course, which: str = "drafts", size: str = "page") -> None:
        self.client, self.course = client, course
        self.root = f"/studio/courses/{course.pk}/preview/"
        self.prefix = f"{self.root}{which}/{size}"
        self.page: BeautifulSoup | Any = None
        self.here = ""

    def take(self, response: Any, *, status: int = 200) -> "Walker":
        assert response.status_code == status, (response.request["PATH_INFO"], response.status_code)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        self.here = response.request["PATH_INFO"]
        self.page = BeautifulSoup(response.content, "html.parser")
        return self

    def open(self, at: str, *, status: int = 200) -> "Walker":
        return self.take(self.client.get(self.prefix + at, follow=True), status=status)

    def follow(self, words: str) -> "Walker":
        link = next(link for link in self.main.find_all("a") if squeezed(link.get_text()).startswith(words))
        address = str(link["href"])
        assert address.startswith(self.prefix)
        return self.take(self.client.get(address, follow=True))

    def press(self, words: str, *, status: int = 200, **given: Any) -> "Walker":
        button = next(button for button in self.page.find_all("button") if squeezed(button.get_text()) == words)
        form = button.find_parent("form")
        sent = {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}
        address = str(form.get("action") or self.here)
        return self.take(self.client.post(address, sent | given, follow=True), status=status)

    def send(self, at: str, **given: Any) -> Any:
        """As htmx does."""
        return self.client.post(self.prefix + at, given, headers={"HX-Request": "true"})

    @property
    def main(self) -> Tag:
        found = self.page.find("main")
        assert isinstance(found, Tag)
        return found

    @property
    def title(self) -> str:
        return squeezed(self.page.h1.get_text())

    @property
    def told(self) -> list[str]:
        """What the preview says of the page."""
        return [squeezed(each.get_text()) for each in self.page.find_all(class_="preview-notice")]


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


@pytest.fixture
def walker(studio, course):
    return Walker(studio, course)
