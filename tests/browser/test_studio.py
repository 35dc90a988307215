"""What an author does in the studio, as a person does it, at phone and desktop size."""

import re
from collections.abc import Callable
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from tests.browser.conftest import AXE, ONE_SIZE, PICTURES, Academy, RightAnswers, complete_lesson, see
from tests.browser.test_journey import COURSE, LESSONS, sign_in

pytestmark = pytest.mark.browser

STUDIO = "/studio/snippets/courses/lesson/"
TITLE = "What calcifications are and how common"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200" viewBox="0 0 320 200">
<rect width="320" height="200" fill="#222"/><circle cx="160" cy="100" r="{radius}" fill="#eee"/></svg>"""

SLOW_LINE = """
const send = window.fetch;
window.fetch = async (...sent) => {
  if (sent[1]?.method === 'post') await new Promise(resolve => setTimeout(resolve, 1500));
  return send(...sent);
};
"""

# What each author's page was told that nobody should be told: where, and what.
TOLD: WeakKeyDictionary[Page, list[tuple[str, str]]] = WeakKeyDictionary()


@pytest.fixture
def author(academy: Academy, new_device: Callable[..., Page]) -> Page:
    """An author, signed in. Every page must be silent and talk to nobody else."""
    page = new_device()
    page.add_init_script(
        "document.addEventListener('w-unsaved:watch-edits', () => document.documentElement.dataset.watched = '1')"
    )
    told = TOLD[page] = []

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            told.append((page.url, message.text))

    def note_stranger(sent: Request) -> None:
        if not sent.url.startswith((academy.url, "data:", "blob:")):
            told.append((page.url, sent.url))

    page.on("console", note_error)
    page.on("request", note_stranger)
    sign_in(page, academy, "author@example.org")
    return page


def look(page: Page, name: str, *, size: str, is_previewing: bool = False) -> None:
    """Nothing was told, and nothing sticks out sideways.

    The preview exchanges its frame, and Playwright may wait for the quiet of the one that is gone: who previews waits
    for the picture in it instead.
    """
    if not is_previewing:
        page.wait_for_load_state("networkidle")
    assert TOLD[page] == [], name
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{name} is wider than the screen: {width}"
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"studio-{name}-{size}.png")


def write(page: Page, editor: Locator, text: str) -> None:
    """Put the text at the end of a rich text.

    The studio compares with what stood in the form two seconds after it was built, so what is typed sooner is no edit
    to it; and before the editor has the focus, keys go nowhere.
    """
    expect(page.locator("html[data-watched]")).to_be_attached()
    editor.click()
    expect(editor).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)
    expect(editor).to_contain_text(text.strip())


def kept(page: Page) -> None:
    """The draft has been saved without being asked, with the last edit: the editor looks for edits twice a second."""
    page.wait_for_timeout(1_500)
    expect(page.locator(".w-autosave-indicator__state--saved")).to_be_visible(timeout=20_000)


def test_home_and_lists(academy: Academy, author: Page, size: str) -> None:
    author.goto(f"{academy.url}/studio/")
    expect(author.get_by_role("heading", level=1)).to_have_text("Studio")
    look(author, "home", size=size)
    author.evaluate(AXE.read_text())
    found = author.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(rule["id"], rule["help"]) for rule in found] == []
    for name in ("lesson", "question", "course", "module"):
        author.goto(f"{academy.url}/studio/snippets/courses/{name}/")
        look(author, f"{name}s", size=size)
    author.goto(f"{academy.url}{STUDIO}?q=calcifications+are")
    expect(author.locator("td.title")).to_have_count(1)
    author.goto(f"{academy.url}/studio/images/")
    look(author, "images", size=size)


@ONE_SIZE
def test_question_editor_shows_what_its_kind_needs(academy: Academy, author: Page, size: str) -> None:
    """A click in the picture of a question writes a region into the first empty row. Nothing of it is saved."""
    author.route(
        "**/question/edit/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    author.goto(f"{academy.url}/studio/snippets/courses/question/?q=particles+that+decide")
    author.locator("td.title a").first.click()
    picture, kind = author.locator(".question-picture"), author.locator("#id_kind")
    number, choices = author.locator("#id_value"), author.locator("#id_choices-ADD")
    regions = picture.locator("ellipse")
    expect(regions).to_have_count(1)
    expect(regions).to_have_attribute("cx", "65%")
    expect(choices).to_be_hidden()
    expect(number).to_be_hidden()
    expect(picture.locator("img")).not_to_have_js_property("naturalWidth", 0)
    box = picture.bounding_box()
    assert box
    picture.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    expect(regions).to_have_count(2)
    written = [author.locator(f"#id_regions-1-{name}").input_value() for name in ("x", "y", "rx", "ry")]
    ratio = box["width"] / box["height"]
    assert [float(number) for number in written] == pytest.approx([25, 50, 8, 8 * ratio], abs=0.5)
    author.locator("#id_regions-1-x").fill("40")
    expect(regions.last).to_have_attribute("cx", "40%")
    kind.select_option("numeric")
    expect(picture).to_be_hidden()
    expect(number).to_be_visible()
    kind.select_option("single")
    expect(choices).to_be_visible()
    expect(number).to_be_hidden()


def test_author_rewrites_a_lesson(
    academy: Academy, author: Page, new_device: Callable[..., Page], size: str, right_answers: RightAnswers
) -> None:
    """An author adds a sentence, previews and publishes it; a learner who had completed the lesson stays completed."""
    academy.do_without_review()
    learner = new_device()
    sign_in(learner, academy, "learner@example.org")
    address = f"{academy.url}{COURSE}{LESSONS[0]}/"
    learner.goto(address)
    completed = learner.locator("#lesson-end").get_by_text("Completed", exact=True)
    if not completed.count():
        complete_lesson(learner, right_answers)

    sentence = f"A sentence that an author wrote on the {size}."
    author.goto(academy.url + STUDIO)
    author.get_by_role("link", name=TITLE, exact=True).click()
    look(author, "lesson", size=size)
    write(author, author.locator("[data-contentpath=body] .public-DraftEditor-content").first, f" {sentence}")
    kept(author)

    author.get_by_role("button", name="Toggle preview").click()
    preview = author.frame_locator("#w-preview-iframe")
    expect(preview.locator(".lesson")).to_contain_text(sentence)
    preview.locator("figure img").first.scroll_into_view_if_needed()
    expect(preview.locator("figure img").first).to_have_js_property("complete", True)
    look(author, "preview", size=size, is_previewing=True)
    author.get_by_role("button", name="Toggle preview").click()

    learner.goto(address)
    expect(learner.locator(".lesson")).not_to_contain_text(sentence)
    author.locator("footer").get_by_role("button", name="Publish", exact=True).click()
    expect(author.locator(".messages")).to_contain_text("published")
    look(author, "published", size=size)
    author.locator(".messages").get_by_role("link", name="View live").click()
    expect(author).to_have_url(address)

    learner.goto(address)
    expect(learner.locator(".lesson")).to_contain_text(sentence)
    expect(completed).to_be_visible()
    learner.goto(f"{academy.url}/learn/")
    expect(learner.locator("main")).to_contain_text("1 of 12 lessons")


@ONE_SIZE
def test_author_begins_a_lesson_with_a_figure(academy: Academy, author: Page, size: str, tmp_path: Path) -> None:
    """The picture is uploaded on the way and seen in the preview."""
    picture = tmp_path / f"disc-{size}.svg"
    picture.write_text(SVG.format(radius=40 if size == "phone" else 60))
    author.goto(f"{academy.url}{STUDIO}add/")
    author.locator("#id_title").fill(f"A disc on the {size}")
    author.locator("#id_module-chooser").get_by_role("button", name="Choose module").click()
    author.locator(".modal").get_by_role("link", name=re.compile("Shape and arrangement")).click()
    expect(author.locator("#id_slug")).to_have_value(f"a-disc-on-the-{size}")
    author.locator("[data-contentpath=body] .c-sf-add-button").first.click()
    author.get_by_role("option", name="Figure").click()
    author.get_by_role("button", name="Choose an image").click()
    author.get_by_role("tab", name="Upload").click()
    author.locator(".modal input[type=file]").set_input_files(picture)
    expect(author.locator(".modal [name$=title]")).to_have_value(f"disc-{size}")
    author.locator(".modal").get_by_role("button", name="Upload").click()
    expect(author.locator(".modal")).to_have_count(0, timeout=20_000)
    expect(author.locator("[name$=alt_text]")).to_have_value(f"disc-{size}")
    author.locator("[name$=alt_text]").fill("A white disc on grey.")
    texts = author.locator("[data-contentpath=body] .public-DraftEditor-content")
    write(author, texts.nth(0), "A disc.")
    write(author, texts.nth(1), "Drawn for a test.")
    # Until the picture had its alternative text the draft could not be saved, and the studio said so.
    TOLD[author].clear()
    kept(author)
    author.get_by_role("button", name="Toggle preview").click()
    figure = author.frame_locator("#w-preview-iframe").locator("figure img")
    expect(figure).to_have_js_property("naturalWidth", 320)
    look(author, "figure", size=size, is_previewing=True)


@ONE_SIZE
def test_press_waits_for_a_draft_that_keeps_itself(academy: Academy, author: Page, size: str) -> None:
    """On a slow line the first version is on its way when its author presses: there is one lesson, with both."""
    author.add_init_script(SLOW_LINE)
    made = []
    author.on("request", lambda sent: made.append(sent.url) if sent.method == "POST" and "/add/" in sent.url else None)
    author.goto(f"{academy.url}{STUDIO}add/")
    expect(author.locator("html[data-watched]")).to_be_attached()
    author.locator("#id_title").press_sequentially("Pressed too early")
    expect(author.locator(".w-autosave-indicator__state--saving")).to_be_visible()
    author.locator("#id_summary").fill("The last word.")
    author.locator("footer").get_by_role("button", name="Save draft").first.click()
    expect(author.locator(".messages")).to_contain_text("Pressed too early")
    assert len(made) == 1
    author.goto(f"{academy.url}{STUDIO}?q=pressed+too+early")
    expect(author.locator("td.title")).to_have_count(1)
    author.locator("td.title a").first.click()
    expect(author.locator("#id_summary")).to_have_value("The last word.")


@ONE_SIZE
def test_wagtails_own_doors_lead_to_ours(academy: Academy, author: Page, size: str) -> None:
    author.goto(f"{academy.url}/studio/")
    if size == "phone":
        author.get_by_role("button", name="Toggle sidebar").click()
    author.locator(".sidebar-footer__account").click()
    author.get_by_role("button", name="Log out").click()
    author.wait_for_load_state()
    author.goto(f"{academy.url}/studio/")
    expect(author).to_have_url(re.compile(r"/accounts/login/\?next=/studio/"))


OLD_READING = """
from accounts.models import User
from django.contrib.auth.models import Group
from imaging.models import Reading, Study
from imaging.reading.services import answer_reading, lock_reading
User.objects.get(email="author@example.org").groups.add(Group.objects.get(name="Medical reviewers"))
learner = User.objects.get(email="learner@example.org")
reading = Reading.objects.create(key="oldreading22", user=learner, study=Study.objects.earliest("pk"))
answer_reading(reading=reading, category="2", recall=False)
lock_reading(reading=reading)
"""


@pytest.mark.parametrize("size", ["desktop"], indirect=True)
def test_expert_draws_and_publishes_and_an_old_reading_says_so(
    academy: Academy, author: Page, new_device: Callable[..., Page], size: str
) -> None:
    """By mouse in one view and by keyboard in another; the drawing is saved by itself."""
    academy.run(OLD_READING)
    author.goto(f"{academy.url}/studio/truths/")
    author.locator("td.title a").last.click()
    author.get_by_role("button", name="Begin with an empty study").click()
    cc, mlo = (author.locator(f"[data-viewer] .pane[data-view={view}]") for view in ("lcc", "lmlo"))
    expect(cc.locator("canvas").first).to_be_visible()
    box = cc.bounding_box()
    assert box
    for x, y in ((0.15, 0.4), (0.35, 0.4), (0.25, 0.6), (0.15, 0.4)):
        cc.click(position={"x": box["width"] * x, "y": box["height"] * y})
    drawn = author.locator("#id_f0-shape_lcc")
    expect(drawn).to_have_value(re.compile(r"^\S+,\S+ \S+,\S+ \S+,\S+$"))
    mlo.focus()
    for key in (
        "Shift+ArrowLeft",
        "Shift+ArrowLeft",
        "Enter",
        "Shift+ArrowDown",
        "Enter",
        "Shift+ArrowLeft",
        "Enter",
        "c",
    ):
        author.keyboard.press(key)
    by_keys = author.locator("#id_f0-shape_lmlo")
    expect(by_keys).to_have_value(re.compile(r"^\S+,\S+ \S+,\S+ \S+,\S+$"))
    author.keyboard.press("Control+z")
    expect(by_keys).to_have_value("")
    author.keyboard.press("Control+Shift+z")
    expect(by_keys).not_to_have_value("")
    # A corner by keyboard.
    before = drawn.input_value()
    cc.get_by_role("button", name="Finding 1, L CC, corner 2").focus()
    author.keyboard.press("Shift+ArrowRight")
    expect(drawn).not_to_have_value(before)
    expect(author.locator("[data-save-state]")).to_have_text("Saved.", timeout=20_000)
    look(author, "truth-drawing", size=size)

    finding = author.locator("[data-finding]").first
    finding.get_by_label("Form", exact=True).select_option("amorphous")
    finding.get_by_label("Distribution").select_option("grouped")
    finding.get_by_text("Yes", exact=True).click()
    finding.get_by_label("Why: for the reader").fill("Hazy specks.")
    author.locator("[name=recall][value=yes]").check()
    author.locator("[name=category_4B]").check()
    author.locator("[name=because_4B]").fill("Amorphous, grouped.")
    author.get_by_role("button", name="Save and hand in").click()
    expect(author.locator(".messages")).to_contain_text("is handed in")
    expect(author.locator("[data-viewer] canvas").first).to_be_visible()
    look(author, "truth-study", size=size)
    author.get_by_role("link", name="Publish A").click()
    author.get_by_label("Why").fill("The key was wrong.")
    author.get_by_role("button", name="Publish version 2").click()
    expect(author.locator(".messages")).to_contain_text("Version 2 is published.")
    author.get_by_role("link", name="Read it as a learner").click()
    author.locator("label.opt").get_by_text("Recall", exact=True).click()
    author.get_by_label("BI-RADS category").select_option("4B")
    author.get_by_role("button", name="Show what a learner is told").click()
    expect(author.get_by_role("main")).to_contain_text("Hazy specks.")
    look(author, "truth-preview", size=size)

    learner = new_device()
    sign_in(learner, academy, "learner@example.org")
    learner.goto(f"{academy.url}/practice/oldreading22/")
    expect(
        learner.get_by_role("heading", name="Judged by version 1; version 2 of the truth stands now")
    ).to_be_visible()
    expect(learner.locator(".station .truth.newer")).to_have_count(2)
    see(learner, "truth-told", size=size)
