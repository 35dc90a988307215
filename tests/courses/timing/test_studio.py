import pytest
from bs4 import BeautifulSoup

from tests.course_fixtures import put_video


def rows(page) -> list[list[str]]:
    table = BeautifulSoup(page.content, "html.parser").select_one("table.time-counted")
    return [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in table.select("tbody tr")]


@pytest.mark.parametrize("minutes", [30, 14])
def test_the_screen_of_a_course_says_what_it_takes(client_for, author, course, minutes):
    course.minutes = minutes
    course.save()
    put_video("second-look", seconds=90)
    page = client_for(author).get(f"/studio/snippets/courses/course/edit/{course.pk}/")
    said = " ".join(BeautifulSoup(page.content, "html.parser").get_text().split())
    assert (
        f"The course says {minutes} minutes. By the method it takes 6; its lessons say 14 together with the post-test."
        in said
    )
    assert ("Learners add up what they see" in said) == (course.minutes != 14)
    assert "words at 238 a minute, each question 1 minute" in said
    assert "Sources seen on 28 November 2026" in said
    assert "Brysbaert" in said
    assert rows(page) == [
        ["First look", "14", "0", "0", "0", "5"],
        ["Second look", "81", "0", "90", "2", "5"],
        ["Post-test", "0", "4", "0", "4", "4"],
        ["Together", "95", "4", "90", "6", "14"],
    ]


def test_a_new_course_has_nothing_to_count(client_for, author):
    page = client_for(author).get("/studio/snippets/courses/course/add/")
    assert page.status_code == 200
    assert "By the method it takes" not in page.content.decode()
