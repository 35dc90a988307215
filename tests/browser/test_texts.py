"""An administrator changes the words of the home page and of a mail: looks first, publishes, and goes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Academy, expect_to_fit
from tests.browser.test_journey import sign_in
from tests.browser.test_support import look

pytestmark = pytest.mark.browser


def open_texts(page: Page, academy: Academy, title: str) -> None:
    page.goto(f"{academy.url}/studio/snippets/escan/wordset/")
    page.get_by_role("link", name=title, exact=True).click()


def press_publish(page: Page) -> None:
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("published").first).to_be_visible()


def test_headline_is_changed_looked_at_published_and_shipped_again(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    page, stranger = new_device(), new_device()
    sign_in(page, academy, "administrator@example.org")
    open_texts(page, academy, "Home page")
    page.get_by_label("Headline, first line").fill("Read the {sign}.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("{sign} is not known here: nothing would stand there.")).to_be_visible()
    expect_to_fit(page, "texts-refused")
    page.get_by_label("Headline, first line").fill("Read the sign.")
    page.get_by_role("button", name="Toggle preview").click()
    expect(page.frame_locator("#w-preview-iframe").locator("h1")).to_contain_text("Read the sign.")
    page.get_by_role("button", name="Toggle preview").click()
    stranger.goto(academy.url)
    expect(stranger.locator("h1")).to_contain_text("Learn what to see.")
    press_publish(page)
    stranger.goto(academy.url)
    expect(stranger.locator("h1")).to_contain_text("Read the sign.")

    open_texts(page, academy, "Home page")
    page.get_by_role("link", name="Back to the shipped words").click()
    look(page, "texts-shipped", size=size)
    page.get_by_role("button", name="Show the shipped words").click()
    expect(page.get_by_text("“Home page” shows the shipped words again")).to_be_visible()
    stranger.goto(academy.url)
    expect(stranger.locator("h1")).to_contain_text("Learn what to see.")


def test_mail_is_sent_in_the_words_of_staff(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "administrator@example.org")
    open_texts(page, academy, "Mail: your message is with us")
    page.get_by_label("Subject").fill("We have {number}")
    page.get_by_label("Closing").fill(f"Thank you, from a {size}.")
    press_publish(page)
    stranger = new_device()
    stranger.goto(f"{academy.url}/contact/")
    stranger.locator("[name=name]").fill("Wanda Writes")
    stranger.locator("[name=email]").fill(f"wanda-{size}@example.org")
    stranger.locator("[name=topic]").select_option("question")
    stranger.locator("[name=message]").fill("How do I start?")
    stranger.get_by_role("button", name="Send", exact=True).click()
    expect(stranger.get_by_text("Your message is with us.")).to_be_visible()
    # Staff get the message, too, and answer to her.
    academy.wait_for_mail(f"wanda-{size}@example.org", count=2)
    mails = [mail for mail in academy.mails(f"wanda-{size}@example.org") if "Subject: We have " in mail]
    assert len(mails) == 1 and f"Thank you, from a {size}." in mails[0]
    open_texts(page, academy, "Mail: your message is with us")
    page.get_by_role("link", name="Back to the shipped words").click()
    page.get_by_role("button", name="Show the shipped words").click()
    expect(page.get_by_text("us” shows the shipped words again")).to_be_visible()
