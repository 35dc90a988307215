// In which order views hang, and which hang together. Right stands left of left, so that the chest walls meet.

/**
 * @typedef {import('./geometry.js').Film & { key: string, label: string, tiles: string, tileSize: number, levels: number, when?: string }} View
 * `when` is said of a prior alone: the day, or how long before
 */
/** @typedef {'screening' | 'additional' | 'priors'} Name */
/** @typedef {{ name: Name, views: View[] }} Hanging */

const PROJECTIONS = ['CC', 'MLO'];

/** @param {View} view */
const isScreening = ({ projection }) => PROJECTIONS.includes(projection);

/**
 * CC before MLO, right before left; what else there is keeps its order behind them.
 *
 * @param {readonly View[]} views
 */
const inOrder = views => {
  /** @param {View} view */
  const place = view => (isScreening(view) ? 2 * PROJECTIONS.indexOf(view.projection) + (view.side === 'R' ? 0 : 1) : 4);
  return views.toSorted((one, other) => place(one) - place(other));
};

/**
 * Returns what can hang, the screening views first. Priors hang below the views of today, each under its own.
 *
 * @param {readonly View[]} views
 * @param {readonly View[]} priors
 * @returns {Hanging[]}
 */
export const hang = (views, priors) => {
  const today = inOrder(views.filter(isScreening)), additional = views.filter(view => !isScreening(view));
  /** @type {Hanging[]} */
  const hangings = [
    { name: 'screening', views: today },
    { name: 'additional', views: additional },
    { name: 'priors', views: priors.length ? [...today, ...inOrder(priors)] : [] },
  ];
  return hangings.filter(({ views: some }) => some.length);
};
