import pytest

from imaging.pictures.errors import BadPicture
from imaging.pictures.specs import read_spec, read_specs

FINDING = {"morphology": "fine-linear", "distribution": "segmental", "side": "L"}
ENTRY = {"key": "one", "seed": 7, "findings": [FINDING], "view": "LCC", "crop": {"finding": 0, "mm": 30}, "width": 600}


def test_entry_is_read_with_its_place():
    panel = read_spec(ENTRY).panels[0]
    assert (panel.place, panel.crop.mm, panel.recipe.density) == (("L", "CC"), 30, "b")
    assert panel.recipe.extra_views == ()


def test_extra_view_is_of_the_side_of_the_finding():
    panel = read_spec({**ENTRY, "view": "MAG"}).panels[0]
    assert (panel.place, panel.recipe.extra_views) == (("L", "MAG"), ("MAG",))


def test_panels_have_what_the_entry_says_but_for_their_own():
    entry = {**ENTRY, "panels": [{}, {"view": "ML", "seed": 8}]}
    first, second = read_spec(entry).panels
    assert (first.view, first.recipe.seed, second.view, second.recipe.seed) == ("LCC", 7, "ML", 8)


def test_whatever_an_entry_says_changes_its_digest():
    assert len({read_spec({**ENTRY, **change}).digest for change in ({}, {"seed": 8}, {"width": 601})}) == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"key": "Fine linear"}, "small letters"),
        ({"view": "XCC"}, "no view “XCC”"),
        ({"view": "MAG", "findings": [], "crop": "whole"}, "there is none"),
        ({"crop": {"finding": 1, "mm": 30}}, "no finding 1"),
        ({"crop": {"finding": 0}}, "how many mm"),
        ({"crop": {"finding": 0, "mm": 30, "inch": 2}}, "inch"),
        ({"width": 5000}, "1200 pixels"),
        ({"pixel": 0.05}, "either the width in pixels or"),
        ({"width": None, "pixel": 0.001}, "measures 0.02 to 1 mm"),
        ({"seed": -1}, "not negative"),
        ({"findings": [{**FINDING, "morphology": "stars"}]}, "no morphology “stars”"),
        ({"sede": 1}, "the field sede"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_key_and_reason(change, told):
    with pytest.raises(BadPicture, match=told):
        read_spec({name: value for name, value in {**ENTRY, **change}.items() if value is not None})


def test_two_pictures_of_a_name_are_refused(tmp_path):
    (tmp_path / "pictures.yaml").write_text(f"[{ENTRY}, {ENTRY}]".replace("'", '"'), encoding="utf-8")
    with pytest.raises(BadPicture, match="more than one picture is called one"):
        read_specs(tmp_path)
