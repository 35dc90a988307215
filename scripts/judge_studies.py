"""A part of `make soak`: do drawn studies betray their kind, and do they look as real ones measure?

Some small studies are drawn as the academy draws them. For each sign that a lazy reader or a program could use (size of
the compressed picture, mean, spread, brightest percentile) the area under the ROC curve for recall is told with a
bootstrap interval. A sign fails when chance lies outside. It also tells how many findings show in at least one view.
"""

import argparse
import sys
import zlib

import numpy as np

from imaging.synthesis import Study, draw_recipe, make_study

ROWS, COLUMNS = 400, 320
LEVEL = 0.99
"""Of each interval; there are several signs, and each may fail by chance."""
SIGNS = ("compressed size", "mean", "spread", "brightest percentile")


def signs(study: Study) -> list[float]:
    pictures = [(view.pixels >> 4).astype(np.uint8) for view in study.views[:4]]
    everything = np.concatenate([picture.ravel() for picture in pictures])
    size = sum(len(zlib.compress(picture.tobytes(), 6)) for picture in pictures)
    return [size, everything.mean(), everything.std(), float(np.percentile(everything, 99))]


def area(positive: np.ndarray, negative: np.ndarray) -> float:
    """The share of pairs in which the positive one is higher."""
    difference = positive[:, None] - negative[None]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def interval(positive: np.ndarray, negative: np.ndarray, times: int = 2000) -> tuple[float, float]:
    rng = np.random.default_rng(1)
    areas = [area(rng.choice(positive, len(positive)), rng.choice(negative, len(negative))) for _ in range(times)]
    low, high = np.quantile(areas, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def is_seen(study: Study) -> bool:
    return any(finding.visible for view in study.views for finding in view.findings)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--studies", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1_000)
    chosen = parser.parse_args()
    measured, is_recall, seen = [], [], []
    for seed in range(chosen.seed, chosen.seed + chosen.studies):
        study = make_study(draw_recipe(seed), ROWS, COLUMNS)
        measured.append(signs(study))
        is_recall.append(study.recall)
        if study.recipe.findings:
            seen.append(is_seen(study))
    values, recalled = np.array(measured), np.array(is_recall)
    print(f"{recalled.sum()} studies to recall, {(~recalled).sum()} not; {sum(seen)} of {len(seen)} findings show")
    betrayed = []
    for column, sign in zip(values.T, SIGNS, strict=True):
        low, high = interval(column[recalled], column[~recalled])
        print(f"{sign:22} AUC {area(column[recalled], column[~recalled]):.2f} ({low:.2f} to {high:.2f})")
        if not low <= 0.5 <= high:
            betrayed.append(sign)
    if betrayed:
        sys.exit(f"Betrayed by: {', '.join(betrayed)}")


if __name__ == "__main__":
    main()
