"""An app and a passkey as second factor. The passkey is one that Chromium itself plays, by WebAuthn as it stands."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.test_second_factor import code_now
from tests.browser.conftest import ONE_SIZE, Academy, see
from tests.browser.test_journey import sign_up

pytestmark = pytest.mark.browser
PHRASE = "a long reading-room phrase"
PASSKEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_passkey(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})


@ONE_SIZE
def test_app_and_passkey(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page, email = new_device(), f"careful-{size}@example.org"
    give_passkey(page)
    sign_up(page, academy, email, size=size)
    page.goto(f"{academy.url}/accounts/profile/")
    page.get_by_role("link", name="Set up the second factor").click()
    see(page, "second-factor", size=size)

    page.get_by_role("link", name="Set up an app").click()
    see(page, "second-factor-password", size=size)
    page.locator("[name=password]").fill(PHRASE)
    page.get_by_role("button", name="Continue").click()
    see(page, "second-factor-app", size=size)
    assert page.evaluate("document.querySelector('.qr').naturalWidth") > 0
    page.locator("[name=code]").fill(code_now(page.locator(".key").inner_text()))
    page.get_by_role("button", name="Turn it on").click()
    see(page, "recovery-codes", size=size)
    expect(page.locator(".recovery li")).to_have_count(10)

    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Add a passkey").click()
    see(page, "passkey", size=size)
    page.locator("[name=name]").fill("The laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page).to_have_url(re.compile(r"/accounts/2fa/$"))
    page.get_by_role("link", name="See your passkeys").click()
    see(page, "passkeys", size=size)
    expect(page.get_by_text("The laptop").first).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a passkey")
    page.wait_for_load_state("networkidle")  # its script, too
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This passkey is one of yours already.")

    page.goto(f"{academy.url}/accounts/profile/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{academy.url}/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PHRASE)
    page.locator("main form button").first.click()
    see(page, "second-factor-asked", size=size)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/learn/"))
