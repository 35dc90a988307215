"""A study from its recipe: both breasts, four screening views, extra views of a finding, and the truth."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from imaging.synthesis.all_forms import make_particles
from imaging.synthesis.arrays import Array, stream
from imaging.synthesis.breast import Breast, draw_place, make_breast, make_grit
from imaging.synthesis.categories import acceptable_categories, should_recall
from imaging.synthesis.detector import calcium, contrast, present
from imaging.synthesis.distributions import make_site
from imaging.synthesis.exposure import expose
from imaging.synthesis.forms_benign import skin_angle
from imaging.synthesis.particles import Particle
from imaging.synthesis.projection import Geometry, screening_geometry, spot_at, spot_geometry
from imaging.synthesis.recipes import SIDES, FindingRecipe, PriorRecipe, Recipe
from imaging.synthesis.truth import FindingInView, find_in_view

ROWS, COLUMNS = 2000, 1600
SCREENING = ("CC", "MLO")
AIR = 3.0  # mm beyond the skin that are still worked out
DISTRACTOR_RECIPES = {
    "vascular": FindingRecipe("vascular", "linear"),
    "skin": FindingRecipe("skin", "grouped", amount=0.5),
    "round": FindingRecipe("round", "diffuse", variant="round", amount=0.12),
}
"""Calcified company; the other distractors are drawn straight into the view."""


@dataclass(frozen=True)
class SyntheticView:
    side: str
    projection: str
    """CC, MLO, ML, MAG or TAN."""
    pixels: Array
    """uint16, 0 to 4095, for presentation; rows by columns."""
    mm_per_pixel: float
    """In the breast."""
    findings: list[FindingInView]
    distractors: list[FindingInView]


@dataclass(frozen=True)
class Study:
    recipe: Recipe
    views: list[SyntheticView]
    """RCC, LCC, RMLO, LMLO, then the extra ones."""

    @property
    def recall(self) -> bool:
        """Whether the descriptors warrant it."""
        return should_recall(self.recipe)

    @property
    def categories(self) -> dict[str, str]:
        """The acceptable ones, with the reason for each."""
        return acceptable_categories(self.recipe)


@dataclass
class _Deposit:
    """The mineral of one finding or distractor."""

    number: int
    is_distractor: bool
    particles: list[Particle]
    wish: Array


def make_study(recipe: Recipe, rows: int = ROWS, columns: int = COLUMNS) -> Study:
    """The same recipe and size give the same bytes (on one machine). A picture is 200 mm high."""
    grit = make_grit(recipe.seed)
    made: dict[tuple[str, str], SyntheticView] = {}
    for side in SIDES:
        for view in _make_side(recipe, side, grit, rows, columns):
            made[view.projection, side] = view
    order = [(projection, side) for projection in SCREENING for side in ("R", "L")]
    extra = [key for key in made if key not in order]
    return Study(recipe, [made[key] for key in (*order, *extra)])


def make_view(recipe: Recipe, side: str, projection: str, rows: int = ROWS, columns: int = COLUMNS) -> SyntheticView:
    """One view of the study, in the very pixels that it has there. Raises ValueError where the study has none such."""
    for view in _make_side(recipe, side, make_grit(recipe.seed), rows, columns, only=projection):
        return view
    raise ValueError(f"The study has no view {side}{projection}.")


def _make_side(
    recipe: Recipe, side: str, grit: Array, rows: int, columns: int, only: str = ""
) -> Iterator[SyntheticView]:
    breast = make_breast(recipe, side)
    deposits = _deposits(recipe, breast)
    extras = _drawn_in(recipe, side)
    for geometry in _geometries(recipe, breast, deposits, rows, columns):
        if only not in ("", geometry.projection):
            continue
        yield _make_view(breast, deposits, geometry, grit, extras)


@dataclass(frozen=True)
class Spot:
    """A place in a screening view, in pixels of its whole picture."""

    projection: str
    x: float
    y: float


def make_extra_view(
    recipe: Recipe, side: str, spot: Spot | None = None, rows: int = ROWS, columns: int = COLUMNS
) -> SyntheticView:
    """A true lateral view of one side, or a magnification around a place of one of its screening views.

    It may be of any place of any study: whether there is something to see there changes nothing of its size.
    """
    breast = make_breast(recipe, side)
    geometry = screening_geometry(breast, spot.projection if spot else "ML", rows, columns)
    if spot:
        x = columns - 1 - spot.x if side == "R" else spot.x
        base = _without_air(breast, geometry)
        geometry = spot_at(base, geometry.top - spot.y * geometry.pixel, geometry.left + x * geometry.pixel)
    return _make_view(breast, _deposits(recipe, breast), geometry, make_grit(recipe.seed), _drawn_in(recipe, side))


def make_prior(recipe: Recipe, rows: int = ROWS, columns: int = COLUMNS) -> list[SyntheticView]:
    """The screening views of the earlier examination, RCC, LCC, RMLO, LMLO.

    The same breasts, positioned, compressed and exposed anew. Of each finding there is what the recipe says was there:
    a part of the same particles, so that what grew grew around them. A mass stays as it is.
    """
    assert recipe.prior  # noqa: S101 - who asks has looked
    exam = ("prior", str(recipe.prior.years))
    grit = make_grit(recipe.seed)
    made = {}
    for side in SIDES:
        breast = make_breast(recipe, side)
        deposits = [_as_it_was(deposit, recipe.prior, recipe.seed) for deposit in _deposits(recipe, breast)]
        thickness = breast.shape.thickness * stream(recipe.seed, "compression", side, *exam).uniform(0.93, 1.07)
        then = replace(breast, shape=replace(breast.shape, thickness=thickness), exam=exam)
        for projection in SCREENING:
            geometry = screening_geometry(then, projection, rows, columns)
            made[projection, side] = _make_view(then, deposits, geometry, grit, ())
    return [made[projection, side] for projection in SCREENING for side in ("R", "L")]


def _as_it_was(deposit: "_Deposit", prior: PriorRecipe, seed: int) -> "_Deposit":
    """Company was there, too: it means nothing, then as now."""
    if deposit.is_distractor:
        return deposit
    count = round(prior.shares[deposit.number] * len(deposit.particles))
    order = stream(seed, "prior", "particles", deposit.number).permutation(len(deposit.particles))
    return replace(deposit, particles=[deposit.particles[k] for k in sorted(order[:count])])


def find_side(seed: int, distractor: str) -> str:
    """Each lies on one side, drawn by chance."""
    return SIDES[int(stream(seed, "side", distractor).integers(2))]


def _distractors_of(recipe: Recipe, side: str) -> list[str]:
    return [word for word in recipe.distractors if find_side(recipe.seed, word) == side]


def _drawn_in(recipe: Recipe, side: str) -> tuple[str, ...]:
    """Drawn straight into a view, without mineral in the breast."""
    return tuple(word for word in _distractors_of(recipe, side) if word not in DISTRACTOR_RECIPES)


def _deposits(recipe: Recipe, breast: Breast) -> list[_Deposit]:
    deposits = [
        _deposit(breast, finding, number, is_distractor=False)
        for number, finding in enumerate(recipe.findings)
        if finding.side == breast.side
    ]
    for word in _distractors_of(recipe, breast.side):
        if word in DISTRACTOR_RECIPES:
            finding = replace(DISTRACTOR_RECIPES[word], side=breast.side)
            deposits.append(_deposit(breast, finding, recipe.distractors.index(word), is_distractor=True))
    return deposits


def _deposit(breast: Breast, finding: FindingRecipe, number: int, *, is_distractor: bool) -> _Deposit:
    # Distractors have places of their own, beyond any finding's.
    place = number + 100 if is_distractor else number
    site = make_site(breast, finding, place, stream(breast.seed, "particles", place))
    return _Deposit(number, is_distractor, make_particles(site), site.wish)


def _geometries(
    recipe: Recipe, breast: Breast, deposits: list[_Deposit], rows: int, columns: int
) -> Iterator[Geometry]:
    for projection in SCREENING:
        yield screening_geometry(breast, projection, rows, columns)
    if breast.side != _extra_side(recipe):
        return
    for word in recipe.extra_views:
        if word == "ML":
            yield screening_geometry(breast, "ML", rows, columns)
        elif word == "MAG":
            yield spot_geometry(screening_geometry(breast, "CC", rows, columns), _centre(breast, deposits))
        else:
            angle = float(np.degrees(skin_angle(draw_place(recipe.seed, 0))))
            yield screening_geometry(breast, "TAN", rows, columns, angle)


def _extra_side(recipe: Recipe) -> str:
    return recipe.findings[0].side if recipe.findings else SIDES[int(stream(recipe.seed, "extra").integers(2))]


def _centre(breast: Breast, deposits: list[_Deposit]) -> Array:
    """Of the first finding, or of a lobule where there is none."""
    first = next((deposit for deposit in deposits if deposit.number == 0 and not deposit.is_distractor), None)
    if first is None:
        return breast.lobule_near(draw_place(breast.seed, 0))
    return np.asarray(np.median([particle.centre for particle in first.particles], axis=0))


def _make_view(
    breast: Breast, deposits: list[_Deposit], full: Geometry, grit: Array, extras: tuple[str, ...]
) -> SyntheticView:
    geometry = _without_air(breast, full)
    exposure = expose(breast, geometry, grit, extras)
    mineral = np.zeros_like(exposure.gland)
    found: list[tuple[_Deposit, FindingInView]] = []
    for deposit in deposits:
        mm = calcium(geometry, deposit.particles)
        mineral += mm
        found.append((deposit, find_in_view(deposit.number, deposit.particles, mm, exposure, geometry)))
    pixels = present(breast.seed, breast.side, exposure, contrast(mineral), geometry, breast.exam)
    pixels = np.pad(pixels, ((0, 0), (0, full.columns - geometry.columns)))
    if breast.side == "R":
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    placed = [(deposit, _place(view, full.columns, breast.side)) for deposit, view in found]
    return SyntheticView(
        side=breast.side,
        projection=full.projection,
        pixels=pixels,
        mm_per_pixel=full.pixel,
        findings=[view for deposit, view in placed if not deposit.is_distractor],
        distractors=[view for deposit, view in placed if deposit.is_distractor],
    )


def _without_air(breast: Breast, full: Geometry) -> Geometry:
    """No work where there is no breast."""
    if full.base:
        return full
    reach = float(breast.shape.depth * full.scale_x) + (full.forward(full.u).max() if full.pull else 0) * 1.3
    needed = int((reach + breast.shape.nipple.height + AIR + 4) / full.pixel)
    return replace(full, columns=min(needed, full.columns))


def _place(view: FindingInView, columns: int, side: str) -> FindingInView:
    """Into the whole picture, mirrored on the right."""
    mask = view.mask
    if mask is not None:
        mask = np.pad(mask, ((0, 0), (0, columns - mask.shape[1])))
    if side == "L":
        return replace(view, mask=mask)
    flip = np.array([-1, 1])
    return replace(
        view,
        mask=None if mask is None else np.ascontiguousarray(mask[:, ::-1]),
        polygon=[(columns - 1 - x, y) for x, y in view.polygon],
        particles=view.particles * flip + [columns - 1, 0],
    )
