import random
import secrets
from uuid import uuid4

from django.utils.crypto import get_random_string

from tests import seeds
from tests.conftest import name_of


def draw() -> list[object]:
    shuffled = list(range(50))
    random.SystemRandom().shuffle(shuffled)
    return [random.random(), secrets.token_hex(), uuid4(), get_random_string(20), shuffled]


def test_every_draw_follows_from_the_seed_and_the_name(monkeypatch):
    worlds = []
    for seed, name in [("1", "a"), ("1", "a"), ("1", "b"), ("2", "a")]:
        monkeypatch.setattr(seeds, "SEED", seed)
        with seeds.seeded(name):
            worlds.append(draw())
    first, again, *others = worlds
    assert again == first
    for other in others:
        assert not any(one == another for one, another in zip(first, other, strict=True))


def test_draws_go_on_and_afterwards_are_what_they_were():
    with seeds.seeded("outer"):
        expected = [draw(), draw()]
    with seeds.seeded("outer"):
        seen = [draw()]
        with seeds.seeded("inner"):
            draw()
        seen.append(draw())
    assert seen == expected
    assert not any(one == another for one, another in zip(*seen, strict=True))


def test_this_test_is_seeded():
    seen = draw()
    with seeds.seeded("tests/test_seeds.py::test_this_test_is_seeded"):
        assert draw() == seen


def test_a_group_leaves_the_seed_of_a_test_as_it_is(request, monkeypatch):
    alone = name_of(request.node)
    monkeypatch.setattr(request.node, "_nodeid", f"{request.node.nodeid}@group")
    assert name_of(request.node) == alone
