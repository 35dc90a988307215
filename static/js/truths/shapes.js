// Outlines as an expert draws them, in pixels of the picture; as text they stand in the form (imaging/truths/drafts.py).

/** @typedef {import('../viewer/geometry.js').Point} Point */
/** @typedef {{ kind: 'polygon', corners: Point[] }} Polygon */
/** @typedef {{ kind: 'ellipse', x: number, y: number, rx: number, ry: number }} Ellipse */
/** @typedef {Polygon | Ellipse} Shape */

const ELLIPSE = /^ellipse\s+(\S+),(\S+)\s+(\S+),(\S+)$/;
const STEPS = 48;

/**
 * A tenth of a pixel is finer than anybody points.
 *
 * @param {number} number
 */
export const round = number => Math.round(number * 10) / 10;

/**
 * Returns null for what is no outline, or none yet.
 *
 * @param {string} text
 * @returns {Shape | null}
 */
export const read = text => {
  const found = ELLIPSE.exec(text.trim());
  if (found) {
    const [x = NaN, y = NaN, rx = NaN, ry = NaN] = found.slice(1).map(Number);
    return [x, y, rx, ry].every(Number.isFinite) ? { kind: 'ellipse', x, y, rx, ry } : null;
  }
  const corners = text.trim().split(/\s+/).map(part => part.split(',').map(Number)).map(([x = NaN, y = NaN]) => ({ x, y }));
  return corners.length > 2 && corners.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)) ? { kind: 'polygon', corners } : null;
};

/** @param {Shape} shape */
export const write = shape => {
  if (shape.kind === 'ellipse') return `ellipse ${round(shape.x)},${round(shape.y)} ${round(shape.rx)},${round(shape.ry)}`;
  return shape.corners.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
};

/**
 * @param {Point} one
 * @param {Point} other the opposite corner of the box around it
 * @returns {Ellipse}
 */
export const ellipseIn = (one, other) => ({
  kind: 'ellipse', x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, rx: Math.abs(one.x - other.x) / 2, ry: Math.abs(one.y - other.y) / 2,
});

/**
 * @param {Shape} shape
 * @returns {Point[]}
 */
export const cornersOf = shape => {
  if (shape.kind === 'polygon') return shape.corners;
  return Array.from({ length: STEPS }, (_, step) => {
    const angle = 2 * Math.PI * step / STEPS;
    return { x: shape.x + shape.rx * Math.cos(angle), y: shape.y + shape.ry * Math.sin(angle) };
  });
};

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Point} c
 */
const turn = (a, b, c) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Point} c
 */
const isBetween = (a, b, c) => Math.min(a.x, b.x) <= c.x && c.x <= Math.max(a.x, b.x) && Math.min(a.y, b.y) <= c.y && c.y <= Math.max(a.y, b.y);

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Point} c
 * @param {Point} d
 */
const meet = (a, b, c, d) => {
  const c1 = turn(a, b, c), d1 = turn(a, b, d), a1 = turn(c, d, a), b1 = turn(c, d, b);
  if (c1 * d1 < 0 && a1 * b1 < 0) return true;
  return c1 === 0 && isBetween(a, b, c) || d1 === 0 && isBetween(a, b, d) || a1 === 0 && isBetween(c, d, a) || b1 === 0 && isBetween(c, d, b);
};

/**
 * Whether two sides that share a corner lie on one another.
 *
 * @param {Point} one the other end of the first
 * @param {Point} shared
 * @param {Point} other the other end of the second
 */
const foldsBack = (one, shared, other) => turn(shared, one, other) === 0
  && (one.x - shared.x) * (other.x - shared.x) + (one.y - shared.y) * (other.y - shared.y) >= 0;

/**
 * Whether sides have more in common than the corner between them, as the academy will say once it is sent.
 *
 * @param {readonly Point[]} corners
 * @param {boolean} isClosed whether there is a side from the last corner to the first
 */
export const crosses = (corners, isClosed) => {
  const around = isClosed ? [...corners, ...corners.slice(0, 1)] : corners;
  const sides = around.slice(1).map((end, start) => /** @type {[Point, Point]} */ ([around[start], end]));
  return sides.some(([a, b], first) => sides.slice(first + 1).some(([c, d], later) => {
    if (later === 0) return foldsBack(a, b, d);
    const isAround = isClosed && first === 0 && later === sides.length - 2;
    return isAround ? foldsBack(b, a, c) : meet(a, b, c, d);
  }));
};

/**
 * @param {Shape} shape
 * @param {{ columns: number, rows: number }} view
 */
export const isInside = (shape, { columns, rows }) => cornersOf(shape).every(({ x, y }) => x >= 0 && y >= 0 && x <= columns && y <= rows);

/**
 * What can be taken hold of, by name: corners by their number, of an ellipse its middle and two edges.
 *
 * @param {Shape} shape
 * @returns {[string, Point][]}
 */
export const handlesOf = shape => {
  if (shape.kind === 'polygon') return shape.corners.map((corner, index) => [String(index), corner]);
  const { x, y, rx, ry } = shape;
  return [['middle', { x, y }], ['across', { x: x + rx, y }], ['down', { x, y: y + ry }]];
};

/**
 * @param {Shape} shape
 * @param {string} handle
 * @param {Point} to
 * @returns {Shape}
 */
export const moveHandle = (shape, handle, to) => {
  if (shape.kind === 'polygon') return { ...shape, corners: shape.corners.map((corner, index) => (String(index) === handle ? to : corner)) };
  if (handle === 'middle') return { ...shape, ...to };
  if (handle === 'across') return { ...shape, rx: Math.max(Math.abs(to.x - shape.x), 1) };
  return { ...shape, ry: Math.max(Math.abs(to.y - shape.y), 1) };
};

/**
 * @param {Shape} shape
 * @param {string} handle
 * @returns {Shape} the same where it would be none without the corner
 */
export const removeHandle = (shape, handle) => {
  if (shape.kind === 'ellipse' || shape.corners.length < 4) return shape;
  return { ...shape, corners: shape.corners.filter((_, index) => String(index) !== handle) };
};
