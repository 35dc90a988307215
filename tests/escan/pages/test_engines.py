"""What search engines are told, and what only developers see."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from courses.models import Lesson
from escan.models import InformationPage

SITE = "http://testserver"


def addresses(client: Client) -> set[str]:
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml"
    return {
        str(found.string).removeprefix(SITE) for found in BeautifulSoup(answer.content, "html.parser").select("loc")
    }


def test_robots_are_led_to_the_sitemap_and_kept_from_what_is_of_one_person(client: Client) -> None:
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"] == "text/plain"
    assert lines[0] == "User-agent: *"
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"
    assert {"Disallow: /studio/", "Disallow: /accounts/", "Disallow: /learn/"} < set(lines)


@pytest.mark.usefixtures("course")
def test_sitemap_names_what_everyone_may_open_and_nothing_else(client: Client) -> None:
    InformationPage.objects.create(title="Privacy", slug="privacy", summary="What we keep.", body="<p>Little.</p>")
    told = addresses(client)
    assert {"/", "/courses/", "/courses/chest-film/", "/pricing/", "/verify/", "/privacy/"} < told
    lessons = Lesson.objects.filter(live=True)
    is_open = {lesson.get_absolute_url(): lesson.is_preview for lesson in lessons}
    assert set(is_open.values()) == {True, False}
    assert {address for address in is_open if address in told} == {
        address for address, preview in is_open.items() if preview
    }
    # The information pages are the operator's to write; the others are there.
    assert {
        address: client.get(address).status_code for address in told if client.get(address).status_code != 200
    } == {}


def test_sitemap_forgets_a_course_that_was_taken_back(client: Client, course) -> None:
    assert "/courses/chest-film/" in addresses(client)
    course.live = False
    course.save(update_fields=["live"])
    assert "/courses/chest-film/" not in addresses(client)


def test_page_of_parts_is_for_development(tmp_path: Path) -> None:
    """As the image has it: with its own settings of a production."""
    ask = "import django; django.setup(); from django.urls import resolve; resolve('/robots.txt'); resolve('/design/')"
    command = f'set -a; . deploy/check.env; exec "{sys.executable}" -c "{ask}"'
    ours = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "escan.settings"}
    ended = subprocess.run(["sh", "-c", command], cwd=settings.BASE_DIR, env=ours, capture_output=True, text=True)
    assert "Resolver404" in ended.stderr
    assert "'path': 'design/'" in ended.stderr
