"""A part of `make soak`: how near levels and difficulties come to the truth, where the truth is known.

Readers and studies have levels and difficulties drawn from a normal distribution of one logit; each reader reads some
of the studies, all of them mixed in time, and reads right by the chance of the model. Correlations of what was learned
online with what was drawn, over several academies; below LEAST it fails.
"""

import argparse
import sys

import numpy as np

from imaging.practice.elo import Rated, expect, meet

READERS = 150
LEAST = 0.9


def simulate(seed: int, *, studies: int, readings: int) -> tuple[float, float]:
    """Correlations of levels and of difficulties, with `readings` of each reader."""
    rng = np.random.default_rng(seed)
    levels, difficulties = rng.normal(size=READERS), rng.normal(size=studies)
    readers, read = [Rated()] * READERS, [Rated()] * studies
    order = [(reader, study) for reader in range(READERS) for study in rng.choice(studies, readings, replace=False)]
    rng.shuffle(order)
    for reader, study in order:
        is_right = bool(rng.random() < expect(levels[reader], difficulties[study]))
        readers[reader], read[study] = meet(readers[reader], read[study], is_right=is_right)
    return correlate(levels, readers), correlate(difficulties, read)


def correlate(truth: np.ndarray, learned: list[Rated]) -> float:
    return float(np.corrcoef(truth, [each.value for each in learned])[0, 1])


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--academies", type=int, default=5)
    parser.add_argument("--studies", type=int, default=120)
    chosen = parser.parse_args()
    lowest = 1.0
    for readings in (30, 60, 100):
        found = [simulate(seed, studies=chosen.studies, readings=readings) for seed in range(chosen.academies)]
        level, difficulty = np.mean(found, axis=0)
        print(f"{readings} readings each: levels {level:.3f}, difficulties {difficulty:.3f}")
        lowest = min(lowest, level, difficulty)
    if lowest < LEAST:
        sys.exit(f"Levels are farther from the truth than {LEAST}.")


if __name__ == "__main__":
    main()
