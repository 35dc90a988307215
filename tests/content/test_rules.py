"""Authors read which rules there are."""

from core.faults import CODES
from tests.content.rules import DOCUMENT, TABLE, make_table


def test_every_rule_is_told_to_authors():
    found = TABLE.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found
    assert found[0] == make_table()
    assert all(f"`{code}`" in found[0] for code in CODES)
