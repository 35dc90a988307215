"""Staff answer somebody: found by a part of the address, everything on one screen, at phone and desktop size."""

import re
from collections.abc import Callable
from email import message_from_string, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE, ONE_SIZE, PICTURES, Academy, see
from tests.browser.test_journey import sign_in

pytestmark = pytest.mark.browser


def look(page: Page, name: str, *, size: str) -> None:
    """As the studio's own screens are looked at: axe has nothing to say, and nothing sticks out sideways."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found] == [], name
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{name} is wider than the screen: {width}"
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{size}.png", full_page=True)


def test_person_is_found_and_an_address_tried(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "administrator@example.org")
    page.goto(f"{academy.url}/studio/people/")
    page.get_by_label("Whom is it about?").fill("learner@exam")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dana Demonstration")
    for part in ("Account", "Access", "Payments and gifts", "Learning", "Tests", "Mails", "Messages to us"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    page.get_by_role("button", name="Send a mail to try the address").click()
    expect(page.get_by_text("A mail to try the address is on its way")).to_be_visible()
    look(page, "support-person", size=size)
    page.get_by_role("link", name="Merge with another account").click()
    page.get_by_label("E-mail address of the other account").fill("nobody@example.org")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Nobody signs in with this address")).to_be_visible()
    look(page, "support-merge", size=size)


ASK = """
from allauth.account.models import EmailAddress
from accounts.models import User
from escan.support.services.requests import ask_for_merge
def add(email):
    user = User.objects.create_user(email, "reading-room", name="Twice Signed-Up")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
staff = User.objects.get(email="administrator@example.org")
ask_for_merge(user=add("stays@example.org"), other=add("closes@example.org"), because="They asked.", by=staff)
"""


@ONE_SIZE
def test_owners_of_two_accounts_say_yes(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """Each by the link in their own mail, in a browser that is not signed in."""
    academy.run(ASK)
    for address, told in (("stays@example.org", "You said yes."), ("closes@example.org", "The two accounts are one.")):
        mail = message_from_string(academy.wait_for_mail(address, count=1), policy=policy.default)
        words = mail.get_body(("plain",))
        assert words is not None
        link = re.search(r"http\S+/accounts/answer/\S+", words.get_content())
        assert link is not None
        page = new_device()
        page.goto(link[0])
        see(page, "answer-to-staff", size=size)
        page.get_by_role("button", name="Yes, merge them").click()
        expect(page.locator(".lede")).to_contain_text(told)
    sign_in(page, academy, "stays@example.org")


SUPPORT = """
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from accounts.models import User
from payments.models import AccessGiving
for email, name in (("support-{size}@example.org", "Sam Support"), ("has-{size}@example.org", "Hana Has")):
    user = User.objects.create_user(email, "reading-room", name=name, time_zone="UTC")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
User.objects.get(email="support-{size}@example.org").groups.add(Group.objects.get(name="Support"))
"""


def test_support_gives_access_to_a_pasted_list_and_takes_it_back(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    academy.run(SUPPORT.format(size=size))
    page = new_device()
    sign_in(page, academy, f"support-{size}@example.org")
    page.goto(f"{academy.url}/studio/people/")
    page.get_by_role("link", name="Give access to one or many").click()
    page.get_by_label("E-mail addresses").fill(f"Hana Has <has-{size}@example.org>\nnew-{size} at example.org")
    page.get_by_label("Why").fill(f"Autumn class, {size}")
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_text(f"Line 2: “new-{size} at example.org”.")).to_be_visible()
    look(page, "support-list-refused", size=size)
    page.get_by_label("E-mail addresses").fill(f"Hana Has <has-{size}@example.org>; new-{size}@example.org")
    page.get_by_role("button", name="Look through the list").click()
    expect(page.get_by_role("heading", name="1 has an account")).to_be_visible()
    expect(page.get_by_role("heading", name="1 has no account yet")).to_be_visible()
    look(page, "support-list-foreseen", size=size)
    page.get_by_role("button", name="Give access to 2 people").click()
    expect(page.get_by_text("2, of these 1 with a new account")).to_be_visible()
    look(page, "support-list-given", size=size)
    assert "opened every course" in academy.wait_for_mail(f"new-{size}@example.org", count=1)

    page.get_by_role("link", name=f"has-{size}@example.org").click()
    expect(page.get_by_role("heading", name="Hana Has")).to_be_visible()
    access = page.locator("#access")
    expect(access.get_by_text("Everything is open")).to_be_visible()
    expect(access.get_by_text(f"Autumn class, {size}")).to_be_visible()
    access.get_by_role("link", name="Given by a list").click()
    page.get_by_role("link", name="Take back what this list was given").click()
    page.get_by_label("Why").fill("The wrong class")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The wrong class")).to_be_visible()
    expect(page.get_by_role("link", name="Take back what this list was given")).to_have_count(0)
    academy.wait_for_mail(f"new-{size}@example.org", count=2)
