"""Pages, files of the same, and what stands beside a question."""

import csv
import io
import re

import openpyxl
import pytest

from courses.models import Question, ReportMaking
from courses.reports import tasks
from courses.reports.registry import REPORTS
from tests.courses.reports.conftest import enrol, hand_in, make_learners
from tests.html import flat

FORMULA = '=HYPERLINK("http://x")'


@pytest.fixture
def desk(client_for, author):
    return client_for(author)


@pytest.fixture
def done(course):
    """Thirty learners, ten of whom know less; figures are made."""
    users = make_learners(30)
    enrol(users, course)
    for number, user in enumerate(users):
        hand_in(user, course, [number >= 10, True, number >= 10, True])
    tasks.renew_figures()
    return course


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def export(desk, path: str):
    return list(csv.reader(io.StringIO(b"".join(desk.get(path).streaming_content).decode("utf-8-sig"))))


def test_index_lists_what_one_may_see(desk, db):
    shown = text(desk.get("/studio/reports/"))
    assert [str(report.title) in shown for report in REPORTS.values()] == [True] * 7
    assert shown.index("Enrolments") < shown.index("Evaluation")


@pytest.mark.parametrize("slug", REPORTS)
def test_every_report_stands_empty(desk, course, slug):
    address = f"/studio/reports/{slug}/"
    assert "Nothing has been counted yet." in text(desk.get(address))
    tasks.renew_figures()
    shown = text(desk.get(address))
    assert "Counted on" in shown and "There is nothing to count yet." in shown


def test_report_is_read_from_what_is_kept(desk, done, django_assert_max_num_queries):
    answer = desk.get("/studio/reports/questions/?course=chest-film")
    shown = text(answer)
    assert "chest-film-1 30 67 49 to 81 1.00" in shown
    assert answer.content.decode().count('<svg class="report-chart"') == 1
    with django_assert_max_num_queries(25):
        desk.get("/studio/reports/questions/?course=chest-film")


def test_dates_choose_and_wrong_ones_are_told(desk, done):
    address = "/studio/reports/pass-rates/"
    assert "Chest film 30 20 67" in text(desk.get(f"{address}?first=2026-03-10&last=2026-03-10"))
    assert "Nothing is counted in these days." in text(desk.get(f"{address}?first=2026-03-11"))
    shown = desk.get(f"{address}?first=2026-03-11&last=2026-03-10")
    assert "It ends before it begins." in text(shown)
    assert "Chest film 30" not in text(shown)
    assert desk.get(f"{address}?course=nothing").status_code == 200


@pytest.mark.parametrize("asked", ["last=9999-12-31", "first=9999-12-05", "first=0001-01-01", "last=2100-01-02"])
def test_days_out_of_the_calendar_are_told(desk, course, asked):
    shown = desk.get(f"/studio/reports/pass-rates/?{asked}")
    assert (shown.status_code, "Choose a day from 1 January 2000 to 1 January 2100." in text(shown)) == (200, True)
    assert export(desk, f"/studio/reports/pass-rates/?{asked}&export=csv") == []


def test_days_at_the_ends_of_the_calendar_are_counted(desk, done):
    assert "Chest film 30" in text(desk.get("/studio/reports/pass-rates/?first=2000-01-01&last=2100-01-01"))


def test_files_hold_what_the_page_shows(desk, done):
    Question.objects.filter(key="chest-film-2").update(key=FORMULA)
    rows = export(desk, "/studio/reports/questions/?course=chest-film&export=csv")
    assert rows[0][:3] == ["Question", "n", "Right, percent"]
    assert [row[:3] for row in rows[1:]] == [
        [f"'{FORMULA}", "30", "100"],
        ["chest-film-1", "30", "67"],
        ["chest-film-3", "30", "67"],
        ["chest-film-4", "30", "100"],
    ]
    answer = desk.get("/studio/reports/questions/?course=chest-film&part=choices&export=xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="questions-choices.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in next(sheet.iter_rows())] == ["Choice", "Question", "n", "Chosen"]
    assert [cell.value for cell in list(sheet.iter_rows())[1]] == ["Choice A2", f"'{FORMULA}", 30, 0]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_figures_are_made_anew_by_a_press(desk, course, django_capture_on_commit_callbacks):
    enrol(make_learners(2), course)
    page = desk.get("/studio/reports/enrolments/")
    assert 'name="csrfmiddlewaretoken"' in page.content.decode()
    with django_capture_on_commit_callbacks() as hints:
        told = desk.post("/studio/reports/make-anew/", {"report": "enrolments"}, follow=True)
    assert told.redirect_chain == [("/studio/reports/enrolments/", 302)]
    assert "The figures are being made anew. Reload in a minute." in text(told)
    assert "It is being counted anew" in text(told)
    assert "are being made anew already" in text(desk.post("/studio/reports/make-anew/", follow=True))
    hints[0]()
    shown = text(desk.get("/studio/reports/enrolments/"))
    assert "Chest film 2 0 0" in shown and "Count anew" in shown
    assert desk.get("/studio/reports/make-anew/")["Location"] == "/studio/reports/"


def test_strangers_and_support_make_nothing(client_for, support, learner, db):
    for user in (None, learner, support):
        assert client_for(user).post("/studio/reports/make-anew/").status_code == 302
    assert not ReportMaking.objects.exists()


def test_evaluations_are_for_who_may_see_them(client_for, author):
    author.groups.clear()
    answer = client_for(author).get("/studio/reports/evaluation/")
    assert answer.status_code == 302


def test_statistics_stand_beside_a_question(desk, done):
    question = Question.objects.get(key="chest-film-1")
    shown = flat(desk.get(f"/studio/snippets/courses/question/edit/{question.pk}/").content.decode())
    assert "First attempts that asked it: 30; right: 20." in shown
    assert "That is 67 percent." in shown
    assert "Discrimination (point biserial): 1.00." in shown


def test_statistics_stand_in_the_list_of_questions(desk, done):
    shown = text(desk.get("/studio/snippets/courses/question/"))
    assert "67 % right, r 1.00, n 30" in shown
