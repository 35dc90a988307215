"""What a reviewer is shown of two versions."""

from reviews.parts import Run, compare, compare_words, make_part, summarize


def part(key, text):
    return make_part(key, key.upper(), f"<p>{text}</p>", text)


def told(before, after):
    return [(change.part.key, change.state, change.is_moved) for change in compare(before, after)]


def test_words_that_went_and_came_stand_in_the_text():
    assert compare_words("The old edge\nstays", "The new edge\nstays") == [
        Run("same", "The "),
        Run("gone", "old"),
        Run("new", "new"),
        Run("same", " edge\nstays"),
    ]
    # What stands between two changes and is no word belongs to both, and signs are words of their own.
    assert compare_words("Old thin edge.", "New thick edge") == [
        Run("gone", "Old thin"),
        Run("new", "New thick"),
        Run("same", " edge"),
        Run("gone", "."),
    ]


def test_blocks_are_new_gone_changed_or_the_same():
    before = [part("a", "One"), part("b", "Two"), part("c", "Three")]
    after = [part("a", "One"), part("x", "Between"), part("c", "Three, mended")]
    assert told(before, after) == [
        ("a", "same", False),
        ("b", "gone", False),
        ("x", "new", False),
        ("c", "changed", False),
    ]


def test_a_block_that_moved_is_said_to():
    before = [part("a", "One"), part("b", "Two"), part("c", "Three")]
    assert [key for key, _, is_moved in told(before, [before[2], before[0], before[1]]) if is_moved] == ["c"]


def test_ids_of_the_editor_are_no_change():
    rows = [{"id": name, "value": '<p data-block-key="x">Same</p>'.replace("x", name)} for name in ("one", "two")]
    assert not compare([make_part("a", "A", "", rows[0])], [make_part("a", "A", "", rows[1])])[0].is_changed


def test_what_is_kept_is_what_went_and_came():
    changes = compare([part("a", "Old words"), part("b", "Gone")], [part("a", "New words")])
    assert summarize(changes) == [
        {"place": "A", "state": "changed", "gone": ["Old"], "new": ["New"], "beside": False},
        {"place": "B", "state": "gone", "gone": ["Gone"], "new": [], "beside": False},
    ]
