"""What a synthetic study costs: four views of 2000 by 1600 with a finding."""

import time
from statistics import median

from imaging.synthesis import FindingRecipe, Recipe, make_study

SEEDS = (1, 2, 3)


def seconds_a_study() -> float:
    """Of processor time, at the median."""
    return median(_seconds(seed) for seed in SEEDS)


def _seconds(seed: int) -> float:
    began = time.process_time()
    make_study(Recipe(seed, "b", (FindingRecipe("fine-linear", "segmental"),)))
    return time.process_time() - began


if __name__ == "__main__":
    print(f"{seconds_a_study():.1f} s of processor time")
