// Where keys lead in a grid.

/** @typedef {{ row: number, column: number }} Place */

/** @type {Map<string, [number, number]>} */
const STEPS = new Map([
  ['ArrowUp', [-1, 0]],
  ['ArrowDown', [1, 0]],
  ['ArrowLeft', [0, -1]],
  ['ArrowRight', [0, 1]],
  ['Home', [0, -Infinity]],
  ['End', [0, Infinity]],
]);

/**
 * @param {number} number
 * @param {number} count
 */
const within = (number, count) => Math.min(count - 1, Math.max(0, number));

/**
 * Returns the place to go to, which at an edge is where one is; null for a key that leads nowhere.
 *
 * @param {string} key
 * @param {Place} at
 * @param {{ rows: number, columns: number }} size
 * @returns {Place | null}
 */
export const move = (key, { row, column }, { rows, columns }) => {
  const step = STEPS.get(key);
  return step ? { row: within(row + step[0], rows), column: within(column + step[1], columns) } : null;
};
