"""A list of addresses as people paste it."""

import pytest

from accounts.addresses.pasted import read_addresses

TWO = ["ada@example.org", "bo@example.org"]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("ada@example.org", ["ada@example.org"]),
        (
            "ada@example.org\nbo@example.org\r\n\n  cy@example.org  ",
            ["ada@example.org", "bo@example.org", "cy@example.org"],
        ),
        ("ada@example.org, bo@example.org;cy@example.org,", [*TWO, "cy@example.org"]),
        ("Ada Lindqvist <ADA@Example.org>", ["ada@example.org"]),
        ('"Marín, Rosa; MD" <rosa@example.org>; bo@example.org', ["rosa@example.org", "bo@example.org"]),
        ("Marín, Rosa <rosa@example.org>, Ada <ada@example.org>", ["rosa@example.org", "ada@example.org"]),
        ("<ada@example.org>", ["ada@example.org"]),
        ("ada@bücher.example", ["ada@xn--bcher-kva.example"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_addresses_are_read(text, addresses):
    pasted = read_addresses(text)
    assert (pasted.addresses, pasted.faults, pasted.repeated) == (addresses, [], 0)


def test_same_address_counts_once_however_it_is_written():
    pasted = read_addresses("ada@example.org\nADA@example.org, Ada <ada@EXAMPLE.org>")
    assert (pasted.addresses, pasted.repeated) == (["ada@example.org"], 2)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("ada@example.org\nbo at example.org", 2, "bo at example.org"),
        ("\n\nada@", 3, "ada@"),
        ("Marín, Rosa, rosa@example.org", 1, "Marín"),
        ('"ada@example.org', 1, '"ada@example.org'),
        ("Ada <ada@example.org", 1, "Ada <ada@example.org"),
        ("josé@example.org", 1, "josé@example.org"),
        ("Ada <ada@example.org> <bo@example.org>", 1, "Ada <ada@example.org> <bo@example.org>"),
    ],
)
def test_what_is_no_address_is_told_with_its_line(text, line, part):
    pasted = read_addresses(text)
    assert pasted.faults[0].startswith(f"Line {line}: “{part}”. ")
    assert part.lower() not in pasted.addresses


def test_great_line_is_read_in_time():
    assert len(read_addresses('"' * 50_000).faults) <= 1
    assert len(read_addresses(",".join(f"a{number}@example.org" for number in range(5_000))).addresses) == 5_000
