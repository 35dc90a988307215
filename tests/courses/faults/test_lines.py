"""Faults on the page: as HTML, and no template for each of a thousand."""

from types import SimpleNamespace

from bs4 import BeautifulSoup

from core.faults import CODES, Fault, Place
from courses.faults.lines import write_lines, write_rows
from courses.models import Course, Lesson
from courses.writing import services as authoring
from tests.html import words

NASTY = '<script>alert("x")</script> & more'


def test_what_is_told_is_escaped_and_leads_to_where_it_is_mended(db):
    place = Place(Lesson, 7, NASTY)
    stops = Fault(CODES["lesson-no-title"], NASTY, place, "title")
    advice = Fault(CODES["lesson-empty"], "Write it.", Place(Course, None, "New"))
    page = BeautifulSoup(write_lines([stops, advice]), "html.parser")
    first, second = page.select("ul.faults > li")
    assert (first["class"], first["data-code"], words(first)) == (["stops"], "lesson-no-title", f"Stops {NASTY}")
    assert first.a["href"] == f"{place.address}#:w:contentpath=title"
    assert (second["class"], words(second), second.a) == (["advice"], "Advice Write it.", None)
    assert page.script is None
    rows = [SimpleNamespace(place=place, faults=[stops])]
    [row] = BeautifulSoup(write_rows(rows, severity="stops"), "html.parser").select("ul.faults-rows > li")
    assert (row["id"], words(row.p)) == ("faults-7-stops", f"lesson {NASTY}")
    assert row.script is None


def test_outline_renders_as_many_templates_for_one_fault_as_for_many(client_for, author, course):
    visitor = client_for(author)

    def count() -> int:
        response = visitor.get(f"/studio/courses/{course.pk}/outline/")
        assert response.status_code == 200
        return sum("fault" in (template.name or "") for template in response.templates)

    few = count()
    new = [authoring.NewQuestion(f"more-{number}", {"stem": "<p>Which?</p>"}, []) for number in range(20)]
    authoring.add_questions(course=course, questions=new, by=None)
    assert count() == few
