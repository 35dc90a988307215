"""An account as its owner keeps it: its sessions, proof before a change, and a change undone from the old mailbox."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_SIZE, Academy, code_in, see
from tests.browser.test_journey import sign_in, sign_up

pytestmark = pytest.mark.browser

PHRASE = "a long reading-room phrase"


@ONE_SIZE
def test_sessions_proof_and_a_change_undone(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page, email, thief = new_device(), f"owner-{size}@example.org", f"thief-{size}@example.org"
    sign_up(page, academy, email, size=size)
    elsewhere = new_device()
    sign_in(elsewhere, academy, email, PHRASE)
    page.goto(f"{academy.url}/accounts/profile/")
    page.get_by_role("link", name="See where you are signed in").click()
    see(page, "sessions", size=size)
    expect(page.get_by_text("This browser")).to_have_count(1)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_text("Every other browser is signed out.")).to_be_visible()
    elsewhere.goto(f"{academy.url}/learn/")
    expect(elsewhere).to_have_url(re.compile("/accounts/login/"))

    page.goto(f"{academy.url}/accounts/email/")
    see(page, "proof", size=size)
    page.locator("[name=password]").fill(PHRASE)
    page.get_by_role("button", name="Continue").click()
    page.locator("[name=email]").fill(thief)
    page.get_by_role("button", name="Mail a code to the new address").click()
    page.locator("[name=code]").fill(code_in(academy.wait_for_mail(thief, count=1)))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text(f"Your e-mail address is now {thief}.")).to_be_visible()

    mails = academy.wait_for_mail(email, count=2)
    link = re.search(r"/accounts/email/undo/\S+/", mails)
    assert link
    elsewhere.goto(academy.url + link.group())
    see(elsewhere, "undo-address", size=size)
    elsewhere.get_by_role("button", name="Move it back").click()
    see(elsewhere, "address-undone", size=size)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("The account is yours again")
    page.goto(f"{academy.url}/learn/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
