"""One breast of a person, whole: everything that does not depend on how it is X-rayed."""

from dataclasses import dataclass, field

import numpy as np

from imaging.synthesis.anatomy import Shape, draw_shape
from imaging.synthesis.arrays import Array, power_law, stream
from imaging.synthesis.ducts import Ducts, grow_ducts
from imaging.synthesis.fibres import Layers, make_layers
from imaging.synthesis.masses import Mass, add_mass
from imaging.synthesis.recipes import Recipe
from imaging.synthesis.tissue import Tissue, make_tissue
from imaging.synthesis.vessels import Vessel, grow_vessels


@dataclass
class Breast:
    seed: int
    side: str
    shape: Shape
    ducts: Ducts
    tissue: Tissue
    vessels: list[Vessel]
    layers: Layers
    masses: list[Mass] = field(default_factory=list)
    exam: tuple[str, ...] = ()
    """Names a prior examination: the breast is the same, but positioned, compressed and exposed anew."""

    def lobule_near(self, wish: Array) -> Array:
        """The lobule nearest to a wished place: x as a share of the depth, y and z of the radius."""
        reach = 0.7 * self.shape.base
        place = wish * np.array([self.shape.depth, reach, reach])
        return np.asarray(self.ducts.lobules[self.ducts.nearest_lobule(place)])


def draw_place(seed: int, finding: int) -> Array:
    """Where to look for a finding's lobule; more often lateral and above, as tissue and cancers lie."""
    rng = stream(seed, "place", finding)
    return np.array([rng.uniform(0.38, 0.70), rng.uniform(-0.40, 0.60), rng.uniform(-0.40, 0.55)])


def make_breast(recipe: Recipe, side: str) -> Breast:
    seed = recipe.seed
    shape = draw_shape(seed, side)
    ducts = grow_ducts(seed, side, shape)
    tissue = make_tissue(seed, side, shape, ducts, recipe.density)
    breast = Breast(seed, side, shape, ducts, tissue, grow_vessels(seed, side, shape), {})
    rng = stream(seed, "masses", side)
    for mass in recipe.context:
        if mass.side == side:
            at = next((k for k, finding in enumerate(recipe.findings) if finding.side == side), 0)
            breast.masses.append(add_mass(tissue, mass.kind, breast.lobule_near(draw_place(seed, at)), rng))
    breast.layers = make_layers(shape, ducts, tissue, breast.vessels, breast.masses, stream(seed, "fibres", side))
    return breast


GRIT_SIZE, GRIT_PITCH = 2048, 0.1


def make_grit(seed: int) -> Array:
    """Texture finer than the volume, 0.33 to 3.5 cycles per mm. It is flat, and does not correspond between angles."""
    grit = power_law((GRIT_SIZE, GRIT_SIZE), GRIT_PITCH, 2.8, stream(seed, "grit"), low=0.33, high=3.5)
    return np.pad(grit, ((0, 1), (0, 1)), mode="wrap")
