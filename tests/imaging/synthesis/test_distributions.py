"""Extents by the lexicon; places by the anatomy."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from tests.imaging.synthesis.measures import anatomy, centres, particles

SEEDS = (1, 2, 3)


def extent(distribution, seed):
    places = centres(particles("fine-pleomorphic", distribution, seed=seed))
    return np.linalg.norm(places[:, None] - places[None], axis=2).max()


@pytest.mark.parametrize("seed", SEEDS)
def test_extents_are_those_of_the_words(seed):
    assert extent("grouped", seed) <= 20
    assert extent("regional", seed) > 20
    assert 15 <= extent("linear", seed) <= 40
    assert extent("grouped", seed) < extent("segmental", seed) <= 90
    assert extent("diffuse", seed) > 80


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("distribution", ["linear", "segmental"])
def test_casts_lie_in_ducts_of_one_system(distribution, seed):
    ducts = anatomy(seed).ducts
    points = np.concatenate(ducts.lines)
    systems = np.repeat(ducts.systems, [len(line) for line in ducts.lines])
    soft = [particle for particle in particles("fine-linear", distribution, seed=seed) if not particle.is_rigid]
    far, nearest = cKDTree(points).query([particle.points[len(particle.points) // 2] for particle in soft])

    assert np.percentile(far, 95) < 0.6
    # Twigs of neighbouring systems cross.
    assert np.bincount(systems[nearest]).max() / len(soft) > 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_a_line_runs_towards_the_nipple(seed):
    places = centres(particles("round", "linear", "punctate", seed=seed))
    along = np.linalg.svd(places - places.mean(0))[2][0]
    towards = anatomy(seed).shape.tip - places.mean(0)

    assert abs(along @ towards) / np.linalg.norm(towards) > 0.7


def test_ducts_are_as_many_as_published_and_meet_at_the_nipple():
    for seed in SEEDS:
        breast = anatomy(seed)
        trunks = [line for line, parent in zip(breast.ducts.lines, breast.ducts.parents, strict=True) if parent < 0]

        assert 7 <= len(trunks) <= 9
        assert all(np.linalg.norm(line[0] - breast.shape.tip) < 2 for line in trunks)
