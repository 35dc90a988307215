"""The academy's own settings, but that its tests ask the same questions, in the same order, in every run."""

from functools import partial
from random import Random

from courses.assessment import drawing
from escan.settings import *  # noqa: F403
from imaging.studies import seeds
from tests.seeds import SEED

STUDIES = 3

drawing.make_rng = lambda: Random(SEED)
# And have the same studies, whose pictures weigh the same.
seeds.draw_seed = partial(Random(SEED).randrange, seeds.SEEDS)
