"""Which study comes next, by chance: shares over many draws from one seed."""

from collections import Counter
from collections.abc import Iterable
from random import Random

from imaging.practice.choosing import AIMED, INTERLEAVED, Candidate, Wish, choose, find_lacking
from imaging.practice.elo import EASIER
from imaging.practice.skills import NORMAL, Skill

DRAWS = 2000
NEAR = 0.045
"""More than four standard errors of a share of so many draws."""
LINES, POWDER = Skill("fine-linear", "segmental"), Skill("amorphous", "grouped")
RODS, TEACUPS, POPCORN = Skill("rod-like", "diffuse"), Skill("milk-of-calcium", "grouped"), Skill("popcorn", "grouped")
KINDS = {LINES: "suspicious", POWDER: "suspicious", NORMAL: "normal"}


def candidates(*skills: Skill, each: int = 4) -> list[Candidate]:
    return [
        Candidate(number, KINDS.get(skill, "benign"), skill, 0.0)
        for number, skill in enumerate([skill for skill in skills for _ in range(each)])
    ]


EVERYTHING = candidates(LINES, POWDER, RODS, TEACUPS, POPCORN, NORMAL)


def draw(wish: Wish, pool: list[Candidate] = EVERYTHING) -> Iterable[Candidate]:
    chance = Random(1)
    return [choose(pool, wish, chance) for _ in range(DRAWS)]


def shares(found: Iterable[object]) -> dict[object, float]:
    return {key: count / DRAWS for key, count in Counter(found).items()}


def is_near(share: float, expected: float) -> bool:
    return abs(share - expected) < NEAR


def test_a_third_each_whatever_is_practised_due_or_read_before():
    for wish in (
        Wish(),
        Wish(due=frozenset({LINES, POWDER})),
        Wish(due=frozenset({RODS}), known=frozenset({RODS, LINES, NORMAL})),
        Wish(aimed=frozenset({"amorphous"}), alike=frozenset({"milk-of-calcium"})),
        Wish(aimed=frozenset({"rod-like", "fine-linear"}), level=3.0),
        Wish(alike=frozenset({"fine-linear"})),
    ):
        kinds = shares(each.kind for each in draw(wish))
        assert len(kinds) == 3
        assert all(is_near(share, 1 / 3) for share in kinds.values()), (wish, kinds)


def test_share_of_a_kind_does_not_follow_how_many_there_are():
    pool = [*candidates(NORMAL, each=40), Candidate(90, "suspicious", LINES, 0), Candidate(91, "benign", RODS, 0)]
    assert all(is_near(share, 1 / 3) for share in shares(each.kind for each in draw(Wish(), pool)).values())


def test_what_is_due_comes_before_what_is_new_but_not_always():
    found = shares(each.skill for each in draw(Wish(due=frozenset({POWDER}), known=frozenset({POWDER}))))
    # Of a third: four of five by need, half of the rest.
    assert is_near(found[POWDER], (0.8 + 0.1) / 3)
    assert is_near(found[LINES], 0.1 / 3)


def test_what_is_new_comes_before_what_is_known_and_not_due():
    found = shares(each.skill for each in draw(Wish(known=frozenset({LINES}))))
    assert is_near(found[POWDER], 0.9 / 3)


def test_what_is_practised_comes_with_its_look_alikes_in_each_kind():
    found = shares(
        each.skill for each in draw(Wish(aimed=frozenset({"amorphous"}), alike=frozenset({"milk-of-calcium"})))
    )
    assert set(found) == {POWDER, TEACUPS, NORMAL}
    both = draw(Wish(aimed=frozenset({"amorphous"}), alike=frozenset({"fine-linear", "milk-of-calcium"})))
    assert is_near(shares(each.skill for each in both)[LINES], (1 - AIMED) / 3)


def test_where_nothing_is_practised_look_alikes_of_what_was_read_are_interleaved():
    found = shares(each.skill for each in draw(Wish(alike=frozenset({"fine-linear"}))))
    assert is_near(found[LINES], (INTERLEAVED + (1 - INTERLEAVED) / 2) / 3)


def test_studies_near_the_reader_s_level_come():
    pool = [Candidate(number, "normal", NORMAL, float(number)) for number in range(-9, 10)]
    found = {each.study for each in draw(Wish(level=3 + EASIER), pool)}
    assert found == {2, 3, 4}


def test_last_study_comes_when_it_is_the_only_one():
    alone = [Candidate(7, "suspicious", None, 0.0)]
    assert choose(alone, Wish(aimed=frozenset({"rim"})), Random(1)) == alone[0]


def test_due_skill_without_a_fresh_study_is_lacking():
    wish = Wish(due=frozenset({LINES, RODS}))
    assert find_lacking(candidates(RODS, NORMAL), wish) == [LINES]
    assert find_lacking(EVERYTHING, wish) == []
    aimed = Wish(due=frozenset({LINES, RODS}), aimed=frozenset({"rod-like"}))
    assert find_lacking(candidates(NORMAL), aimed) == [RODS]
