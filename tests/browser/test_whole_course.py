"""A course from nothing to a learner's certificate, by five roles, each at work in a browser and counted."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Academy, code_in
from tests.browser.person import Person
from tests.browser.test_journey import sign_in
from tests.browser.test_studio import kept
from tests.video_fixtures import CAPTIONS, make_video

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("size", ["desktop"], indirect=True)]

SAVED = 30_000
OBJECTIVES = ["Find the edge of the lung", "Name what hides it"]
RIGHT = "The true edge of the lung"
WRONG = ["A fold of the skin, or what seems one", "The inner border of the scapula"]
MODULES = ["The film", "The edge", "Practice"]


@dataclass(frozen=True)
class Plan:
    """How large a course is made."""

    title: str
    lessons: tuple[int, ...]
    """Of each module."""
    checks: int
    """The first lessons have one each."""
    typed: int
    imported: int
    """Of the tests, half from each format."""
    asked: int

    @property
    def slug(self) -> str:
        return self.title.lower().replace(" ", "-")

    @property
    def rows(self) -> int:
        """What goes to review."""
        return self.checks + self.typed + self.imported + sum(self.lessons) + 1


SMALL = Plan("Edges in short", lessons=(1, 1, 1), checks=1, typed=3, imported=4, asked=4)
WHOLE = Plan("Edges of the lung", lessons=(3, 4, 3), checks=10, typed=10, imported=20, asked=6)


@pytest.mark.soak
@pytest.mark.parametrize("plan", [SMALL, WHOLE], ids=["small", "whole"])
def test_course_from_nothing_to_a_certificate(
    academy: Academy, new_device: Callable[..., Page], plan: Plan, tmp_path: Path
) -> None:
    people = {role: Person(new_device(), role) for role in ("author", "office", "reviewer", "support", "learner")}
    for role, person in people.items():
        if role != "learner":
            sign_in(person.page, academy, f"{role}@example.org")
            person.page.goto(f"{academy.url}/studio/")
    author, office, reviewer, support, learner = people.values()
    begin_course(author, plan)
    outline = author.page.url
    add_modules(author)
    add_questions(author, plan)
    import_questions(author, plan)
    add_video(author, make_video(tmp_path / "edge.mp4"), plan)
    add_lessons(author, plan)
    accredit(office, plan)
    send_all(author, plan)
    approve_all(reviewer, plan)
    approve_all(office, plan)
    author.page.goto(outline)
    expect(author.page.get_by_role("link", name="View live").first).to_be_visible()
    email = f"{plan.slug}@example.org"
    sign_up(learner, academy, email)
    give_access(support, email)
    study(learner, plan)
    pass_test(learner, plan)
    claim(learner)
    for person in people.values():
        told = f"{plan.title}, {person.role}: {person.presses} presses, {person.fields} fields"
        print(told)  # noqa: T201 - for the note
        assert person.presses, told


# --- The author ---------------------------------------------------------------------------------------


def begin_course(author: Person, plan: Plan) -> None:
    """A draft, and its outline."""
    author.menu("Courses", "Courses")
    author.link("Add course")
    stands(author.page)
    author.write(title=plan.title, summary="Where the lung ends on a film.", audience="Residents of radiology")
    author.tell(
        author.page.locator("[data-contentpath=description] .public-DraftEditor-content"), "Edges, and what hides them."
    )
    author.write(objectives="\n".join(OBJECTIVES), minutes="30", post_test_questions=str(plan.asked))
    author.press(author.page.locator("#id_faculty-ADD"))
    author.write(**{"faculty-0-name": "Avery Author", "faculty-0-role": "Author", "faculty-0-disclosure": "Nothing."})
    keep(author)
    to_outline(author)


def stands(page: Page) -> None:
    """The editor looks for edits, from two seconds after it was built."""
    expect(page.locator("html[data-watched]")).to_be_attached()


def keep(author: Person) -> None:
    """Once the draft has kept itself for the first time: a press meanwhile would add the row twice."""
    kept(author.page)
    author.foot("Save draft")
    expect(author.page.locator(".messages")).to_contain_text("updated.", timeout=SAVED)


def to_outline(author: Person) -> None:
    author.press(author.page.get_by_role("link", name=re.compile("^Outline")))
    expect(author.page.locator("[data-outline]")).to_be_visible()


def add_modules(author: Person) -> None:
    for title in MODULES:
        author.fill(author.page.get_by_label("New module"), title)
        author.button("Add a module")
        expect(author.page.get_by_role("heading", level=2, name=title)).to_be_visible()


def add_questions(author: Person, plan: Plan) -> None:
    """From each objective in turn."""
    for number in range(plan.checks + plan.typed):
        is_check = number < plan.checks
        objective = OBJECTIVES[number % len(OBJECTIVES)]
        row = author.page.locator(".outline-objectives li").filter(has_text=objective)
        author.press(row.get_by_role("link", name=re.compile("^Add a question")))
        stands(author.page)
        if is_check:
            author.choose(author.page.locator("#id_use"), "Check in a lesson")
        stem = author.page.locator("[data-contentpath=stem] .public-DraftEditor-content")
        author.tell(stem, ask(plan, number))
        for place, text in enumerate([RIGHT, *WRONG]):
            author.press(author.page.locator("#id_choices-ADD"))
            author.write(**{f"choices-{place}-text": text, f"choices-{place}-rationale": "It runs so on the film."})
        author.press(author.page.locator("#id_choices-0-is_correct"))
        keep(author)
        to_outline(author)


def ask(plan: Plan, number: int) -> str:
    return f"{plan.title}, film {number + 101}: which line is it?"


def import_questions(author: Person, plan: Plan) -> None:
    half = plan.imported // 2
    files = [
        ("edges.gift", "text/plain", "\n\n".join(write_gift(plan, number) for number in range(half))),
        (
            "edges.xml",
            "text/xml",
            f"<quiz>{''.join(write_xml(plan, half + n) for n in range(plan.imported - half))}</quiz>",
        ),
    ]
    for name, kind, text in files:
        author.link("Import questions")
        author.attach(author.page.locator("#id_file"), FilePayload(name=name, mimeType=kind, buffer=text.encode()))
        author.button("Read the file")
        expect(author.page.get_by_text("questions were understood.")).to_contain_text(str(half))
        author.button("Bring them in as drafts")
        expect(author.page.get_by_role("heading", name="The drafts")).to_be_visible()
        to_outline(author)


def write_gift(plan: Plan, number: int) -> str:
    wrong = " ".join(f"~{text}#It does not." for text in WRONG)
    stem = f"[html]<p>Where is the edge on picture {number}?</p>"
    return f"::{plan.slug} file {number}::{stem} {{={RIGHT}#It does. {wrong}}}"


def write_xml(plan: Plan, number: int) -> str:
    answers = "".join(
        f'<answer fraction="{100 if text == RIGHT else 0}" format="html"><text>{text}</text>'
        "<feedback format='html'><text>So it runs.</text></feedback></answer>"
        for text in [RIGHT, *WRONG]
    )
    return (
        f"<question type='multichoice'><name><text>{plan.slug} file {number}</text></name><questiontext format='html'>"
        f"<text>Where is the edge on picture {number}?</text></questiontext><single>true</single>{answers}</question>"
    )


def add_video(author: Person, file: Path, plan: Plan) -> None:
    author.link("Add a video")
    author.write(title=f"A talk: {plan.title}", captions=CAPTIONS)
    author.attach(author.page.locator("input[name=original]"), file)
    author.press(author.page.locator("footer button[type=submit], main button[type=submit]"))
    expect(author.page.locator(".video-state")).to_contain_text("Ready", timeout=180_000)
    author.menu("Courses", "Courses")
    author.link(plan.title)
    to_outline(author)


def add_lessons(author: Person, plan: Plan) -> None:
    number = 0
    for module, count in zip(MODULES, plan.lessons, strict=True):
        for _ in range(count):
            add_lesson(author, plan, module, number)
            number += 1


def add_lesson(author: Person, plan: Plan, module: str, number: int) -> None:
    author.press(author.page.get_by_role("link", name=f"Add a lesson to {module}"))
    stands(author.page)
    author.write(title=f"{plan.title}, part {number + 1}", summary="A part of the edge.")
    add_block(author, "Text")
    author.tell(
        author.page.locator("[data-contentpath=body] .public-DraftEditor-content"), f"The edge on film {number + 1}."
    )
    if number == 0:
        add_block(author, "Video")
        pick(author, f"A talk: {plan.title}")
        author.tell(
            author.page.locator("[data-contentpath=caption] .public-DraftEditor-content"), "The edge, by the author."
        )
    if number < plan.checks:
        add_block(author, "Question")
        pick(author, ask(plan, number))
    keep(author)
    to_outline(author)


def add_block(author: Person, name: str) -> None:
    author.press(author.page.locator("[data-contentpath=body] .c-sf-add-button").last)
    author.press(author.page.get_by_role("option", name=name))


def pick(author: Person, search: str) -> None:
    """In the chooser of the last block, the only one that is found; of few there is no search."""
    author.press(author.page.locator("[data-contentpath=body]").get_by_role("button", name=re.compile("^Choose")).last)
    found = author.page.locator(".modal td.title a")
    expect(found).not_to_have_count(0)
    if author.page.locator(".modal input[name=q]").count():
        author.fill(author.page.locator(".modal input[name=q]"), search)
        expect(found).to_have_count(1)
        author.press(found)
    else:
        author.press(found.filter(has_text=search))
    expect(author.page.locator(".modal")).to_have_count(0)


def send_all(author: Person, plan: Plan) -> None:
    author.link("Send all that changed to review")
    expect(author.page.get_by_role("checkbox")).to_have_count(plan.rows)
    author.fill(author.page.get_by_label("Note"), "A new course.")
    author.button("Send to review")
    expect(author.page.locator(".messages")).to_contain_text("are sent to review.")


# --- The CME office and the medical reviewer ----------------------------------------------------------


def accredit(office: Person, plan: Plan) -> None:
    office.menu("CME", "Activities")
    office.link("Add activity")
    office.press(office.page.locator("#id_course-chooser").get_by_role("button", name="Choose"))
    office.press(office.page.locator(".modal").get_by_role("link", name=plan.title))
    expect(office.page.locator(".modal")).to_have_count(0)
    today = datetime.now(UTC).date()
    words = dict.fromkeys(["accreditation_statement", "designation_statement", "method", "support_statement"], "Told.")
    office.write(provider="Demonstration Institute", contact="cme@example.org", max_credits="0.5", **words)
    released, last = today - timedelta(days=1), today + timedelta(days=365)
    office.write(released_on=str(released), designated_on=str(released), expires_on=str(last))
    office.press(office.page.locator("#id_is_demonstration"))
    office.choose(office.page.locator("#id_credit_types"), "AMA PRA Category 1 Credit™")
    office.foot("Save")
    expect(office.page.locator(".messages")).to_contain_text("created", timeout=SAVED)


def approve_all(person: Person, plan: Plan) -> None:
    """Opens each, and approves them together."""
    person.menu("Review")
    own = person.page.locator(".review-batch").filter(has_text=plan.title)
    titles = own.locator(".review-what > a")
    expect(titles).to_have_count(plan.rows)
    for number in range(plan.rows):
        person.press(titles.nth(number))
        person.press(person.page.locator(".review-way a"))
    boxes = own.get_by_role("checkbox")
    expect(boxes).to_have_count(plan.rows)
    for number in range(plan.rows):
        person.press(boxes.nth(number))
    person.button("Approve those that are chosen")
    expect(person.page.locator(".messages")).to_contain_text("are approved.")


# --- Support and the learner --------------------------------------------------------------------------


def give_access(support: Person, email: str) -> None:
    support.menu("People")
    support.link("Give access to one or many")
    support.fill(support.page.get_by_label("E-mail addresses"), email)
    support.fill(support.page.get_by_label("Why"), "A resident of the hospital.")
    support.button("Look through the list")
    support.button("Give access to")
    expect(support.page.get_by_role("link", name=email)).to_be_visible()


def sign_up(learner: Person, academy: Academy, email: str) -> None:
    learner.page.goto(f"{academy.url}/")
    learner.link("Sign in")
    learner.link("Create an account", within="main")
    learner.write(email=email, password1="a long reading-room phrase")
    learner.button("Create account", within="main")
    learner.write(code=code_in(academy.wait_for_mail(email, count=1)))
    learner.button("Confirm", within="main")
    learner.write(name="Lee Learner, MD")
    learner.choose(learner.page.locator("[name=profession]"), value="physician")
    learner.button("Save and continue", within="main")


def study(learner: Person, plan: Plan) -> None:
    learner.link("Courses")
    learner.link(plan.title, within="main")
    learner.link("Start:", within="main")
    for number in range(sum(plan.lessons)):
        expect(learner.page.locator(".lesson")).to_contain_text(f"The edge on film {number + 1}.")
        if number == 0:
            learner.button("Play")
            expect(learner.page.locator("[data-watched]")).to_contain_text("enough for credit", timeout=60_000)
        if number < plan.checks:
            learner.press(learner.page.locator("label.opt", has_text=RIGHT))
            learner.button("Answer", within=".lesson-check")
            expect(learner.page.get_by_role("status").first).to_contain_text("Check yourself:")
        end = learner.page.locator("#lesson-end .complete")
        before = learner.page.url
        learner.press(end.get_by_role("link", name=re.compile("^(Go|Back) to")).or_(end.get_by_role("button")))
        expect(learner.page).not_to_have_url(before)


def pass_test(learner: Person, plan: Plan) -> None:
    learner.button("Start the post-test")
    for number in range(1, plan.asked + 1):
        expect(learner.page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of {plan.asked}")
        learner.press(learner.page.locator("label.opt", has_text=RIGHT))
        told = f"{number} of {plan.asked} answered and kept"
        expect(learner.page.locator("#attempt-state .kick")).to_have_text(told)
        learner.press(learner.page.get_by_role("button", name=re.compile("^Save")))
    expect(learner.page.locator("form.q:not(.is-sending)")).to_be_visible()
    learner.button("Hand in")
    expect(learner.page.get_by_role("heading", level=1)).to_have_text("You passed.")


def claim(learner: Person) -> None:
    learner.link("Evaluate and claim credit")
    expect(learner.page.get_by_role("heading", level=1)).to_have_text("Claim your credit")
    for question in learner.page.locator("fieldset.q").all():
        learner.press(question.locator("label.opt"))
    learner.choose(learner.page.locator("[name=credits]"), value="0.5")
    learner.press(learner.page.locator("[name=attestation]"))
    learner.button("Claim credit")
    ready = learner.page.get_by_role("link", name=re.compile("Download the certificate"))
    expect(ready).to_be_visible(timeout=60_000)
