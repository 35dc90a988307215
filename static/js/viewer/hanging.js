// In which order views hang, and which hang together. Right stands left of left, so that the chest walls meet.

/**
 * @typedef {import('./geometry.js').Film & { key: string, label: string, tiles: string, tileSize: number, levels: number, when?: string }} View
 * `when` is said of a prior alone: the day, or how long before
 */
/** @typedef {'screening' | 'additional' | 'priors'} Name */
/** @typedef {{ name: Name, views: View[] }} Hanging */

const PROJECTIONS = ['CC', 'MLO'];

/** @param {View} view */
export const isScreening = ({ projection }) => PROJECTIONS.includes(projection);

/** @param {View} view */
const placeOf = view => 2 * PROJECTIONS.indexOf(view.projection) + (view.side === 'R' ? 0 : 1);

/**
 * CC before MLO, right before left.
 *
 * @param {readonly View[]} views
 */
const inOrder = views => views.filter(isScreening).toSorted((one, other) => placeOf(one) - placeOf(other));

/**
 * Whether they show the same side in the same way, as a view of today and its prior do.
 *
 * @param {View} one
 * @param {View} other
 */
export const isPair = (one, other) => one.side === other.side && one.projection === other.projection;

/**
 * Returns in which column, from 1, a screening view has its place: what is missing leaves a gap, and all others stay.
 *
 * @param {View} view
 * @param {number} columns
 */
export const columnOf = (view, columns) => placeOf(view) % columns + 1;

/**
 * Returns what can hang, the screening views first. Priors hang below the views of today, each under its own.
 *
 * @param {readonly View[]} views
 * @param {readonly View[]} priors
 * @returns {Hanging[]}
 */
export const hang = (views, priors) => {
  const today = inOrder(views), before = inOrder(priors), additional = views.filter(view => !isScreening(view));
  /** @type {Hanging[]} */
  const hangings = [
    { name: 'screening', views: today },
    { name: 'additional', views: additional },
    { name: 'priors', views: before.length ? [...today, ...before] : [] },
  ];
  return hangings.filter(({ views: some }) => some.length);
};
