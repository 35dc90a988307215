import pytest

from imaging.evidence.errors import BrokenEvidence
from imaging.evidence.look_alikes import find_alikes, get_look_alikes, load_look_alikes

ENTRY = "name: A\n    apart: B.\n    source: C.\n"


def test_pairs_of_the_academy_are_of_one_benign_and_one_suspicious_form():
    pairs = {pair.key: pair.forms for pair in get_look_alikes()}
    assert pairs["rods-and-lines"] == ("rod-like", "fine-linear")
    assert pairs["teacups-and-amorphous"] == ("milk-of-calcium", "amorphous")
    assert pairs["arteries-and-lines"] == ("vascular", "fine-linear")
    assert all(pair.apart.endswith(".") and pair.source for pair in get_look_alikes())


def test_alikes_are_others():
    assert find_alikes(frozenset({"fine-linear"})) == {"rod-like", "vascular", "suture"}
    assert find_alikes(frozenset({"fine-linear", "rod-like"})) == {"vascular", "suture"}
    assert find_alikes(frozenset({"rim"})) == frozenset()


@pytest.mark.parametrize(
    ("key", "forms"),
    [("pair", "[rim]"), ("pair", "[rim, rim]"), ("pair", "[rim, pearls]"), ("rim", "[rim, popcorn]")],
)
def test_what_is_no_pair_is_refused(tmp_path, key, forms):
    path = tmp_path / "look_alikes.yaml"
    path.write_text(f"pairs:\n  {key}:\n    forms: {forms}\n    {ENTRY}")
    with pytest.raises(BrokenEvidence, match=f"“{key}” is no pair of two forms"):
        load_look_alikes(path)
