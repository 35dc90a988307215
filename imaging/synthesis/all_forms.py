"""From a word of the lexicon to its particles."""

from collections.abc import Callable, Iterator

from imaging.synthesis import forms_benign as benign
from imaging.synthesis import forms_suspicious as suspicious
from imaging.synthesis.distributions import Site
from imaging.synthesis.particles import Particle

FORMS: dict[str, Callable[[Site], Iterator[Particle]]] = {
    "fine-linear": suspicious.make_fine_linear,
    "fine-pleomorphic": suspicious.make_fine_pleomorphic,
    "amorphous": suspicious.make_amorphous,
    "coarse-heterogeneous": suspicious.make_coarse_heterogeneous,
    "skin": benign.make_skin,
    "vascular": benign.make_vascular,
    "popcorn": benign.make_popcorn,
    "rod-like": benign.make_rod_like,
    "round": benign.make_round,
    "rim": benign.make_rim,
    "dystrophic": benign.make_dystrophic,
    "milk-of-calcium": benign.make_milk_of_calcium,
    "suture": benign.make_suture,
}


def make_particles(site: Site) -> list[Particle]:
    return list(FORMS[site.finding.morphology](site))
