import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsFor, fit, follow, hold, millimeters, pan, rest, toImage, toPane, zoom } from '../../../static/js/viewer/geometry.js';

/** @typedef {import('../../../static/js/viewer/geometry.js').Film} Film */

/** @type {Film} */
const LEFT = { side: 'L', projection: 'CC', rows: 2000, columns: 1600, mmPerPixel: 0.1 };
/** @type {Film} */
const RIGHT = { ...LEFT, side: 'R' };
/** @type {Film} */
const OBLIQUE = { ...LEFT, projection: 'MLO' };
const PANE = { width: 400, height: 500 };

/**
 * @param {import('../../../static/js/viewer/geometry.js').Point} one
 * @param {import('../../../static/js/viewer/geometry.js').Point} other
 */
const same = (one, other) => { assert.ok(Math.hypot(one.x - other.x, one.y - other.y) < 1e-9, JSON.stringify([one, other])); };

test('at rest the chest wall is at the inner edge, and the whole height is seen', () => {
  const scale = fit([LEFT, RIGHT], PANE); // 160 by 200 mm in 400 by 500 pixels
  assert.equal(scale, 2.5);
  const camera = rest([LEFT, RIGHT], PANE, scale);
  same(toImage(LEFT, camera, PANE, { x: 0, y: 0 }), { x: 0, y: 0 });
  same(toImage(RIGHT, camera, PANE, { x: 400, y: 500 }), { x: 1600, y: 2000 });
});

test('where the breast is known, it alone is fitted, and air is left out', () => {
  /** @type {Film} */
  const left = { ...LEFT, breast: [0, 500, 800, 1500] };
  /** @type {Film} */
  const right = { ...RIGHT, breast: [800, 500, 1600, 1700] };
  assert.equal(fit([left, right], PANE), 500 / 120);
  assert.equal(rest([left, right], PANE, 1).height, 10); // from 500 to 1700 the middle is 1100: ten millimeters below 1000
});

test('a place goes to the screen and back, whatever the camera', () => {
  for (const film of [LEFT, RIGHT, OBLIQUE]) {
    for (const camera of [{ scale: 2.5, depth: 80, height: 0 }, { scale: 13.7, depth: 31.3, height: -44.4 }]) {
      const pixel = { x: 1234.5, y: 67.25 };
      same(toImage(film, camera, PANE, toPane(film, camera, PANE, pixel)), pixel);
    }
  }
});

test('a picture that is dragged goes with the hand', () => {
  const camera = { scale: 8, depth: 60, height: 5 }, pixel = { x: 700, y: 900 };
  for (const film of [LEFT, RIGHT]) {
    const before = toPane(film, camera, PANE, pixel), after = toPane(film, pan(film, camera, { x: 13, y: -7 }), PANE, pixel);
    same(after, { x: before.x + 13, y: before.y - 7 });
  }
});

test('what is under the pointer stays there when it is enlarged', () => {
  const camera = { scale: 4, depth: 60, height: 5 }, point = { x: 371, y: 22 };
  for (const film of [LEFT, RIGHT]) {
    const next = zoom(film, camera, PANE, point, 1.7);
    assert.equal(next.scale, 6.8);
    same(toImage(film, next, PANE, point), toImage(film, camera, PANE, point));
  }
});

test('nothing is smaller than at rest, larger than eight pixels for one, or outside', () => {
  const scale = hold(LEFT, { scale: 1, depth: 0, height: 0 }, PANE, 2.5).scale;
  assert.equal(scale, 2.5);
  assert.equal(hold(LEFT, { scale: 1e6, depth: 80, height: 0 }, PANE, 2.5).scale, 80);
  assert.deepEqual(hold(LEFT, { scale: 10, depth: -50, height: 900 }, PANE, 2.5), { scale: 10, depth: 20, height: 75 });
  assert.deepEqual(hold(LEFT, { scale: 10, depth: 500, height: -900 }, PANE, 2.5), { scale: 10, depth: 140, height: -75 });
});

test('in a pane wider than the picture the chest wall stays at the inner edge', () => {
  const wide = { width: 1000, height: 500 }, camera = hold(RIGHT, { scale: 2.5, depth: 90, height: 0 }, wide, 2.5);
  same(toPane(RIGHT, camera, wide, { x: 1600, y: 1000 }), { x: 1000, y: 250 });
});

test('a part of the breast hangs in the middle', () => {
  /** @type {Film} */
  const spot = { ...RIGHT, projection: 'MAG' };
  const wide = { width: 1000, height: 500 }, camera = hold(spot, { scale: 2.5, depth: 0, height: 0 }, wide, 2.5);
  same(toPane(spot, camera, wide, { x: 800, y: 1000 }), { x: 500, y: 250 });
});

test('linked views look mirrored, as deep and as large; another projection keeps its own height', () => {
  const camera = { scale: 9, depth: 33, height: 12 }, own = { scale: 2, depth: 80, height: -4 };
  assert.deepEqual(follow(LEFT, camera, RIGHT, own), camera);
  assert.deepEqual(follow(LEFT, camera, OBLIQUE, own), { scale: 9, depth: 33, height: -4 });
  const left = toImage(LEFT, camera, PANE, { x: 100, y: 40 }), right = toImage(RIGHT, camera, PANE, { x: 300, y: 40 });
  same({ x: 1600 - left.x, y: left.y }, right);
});

test('millimeters by Pythagoras', () => {
  assert.equal(millimeters(LEFT, { x: 10, y: 10 }, { x: 310, y: 410 }), 50);
  assert.equal(millimeters({ ...LEFT, mmPerPixel: 0.07 }, { x: 0, y: 0 }, { x: 0, y: 1000 }), 70);
});

test('columns as they show the views largest: a row on a wide desk, two by two on a tall one', () => {
  /** @type {Film[]} */
  const four = [RIGHT, LEFT, RIGHT, LEFT];
  const narrow = four.map(film => /** @type {Film} */ ({ ...film, breast: film.side === 'R' ? [900, 0, 1600, 2000] : [0, 0, 700, 2000] }));
  assert.equal(columnsFor(narrow, { width: 1300, height: 800 }), 4);
  assert.equal(columnsFor(narrow, { width: 390, height: 640 }), 2);
  assert.equal(columnsFor(narrow.slice(0, 1), { width: 1300, height: 800 }), 1);
});
