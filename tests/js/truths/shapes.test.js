import assert from 'node:assert/strict';
import test from 'node:test';
import { History } from '../../../static/js/truths/history.js';
import { cornersOf, crosses, ellipseIn, handlesOf, isInside, moveHandle, read, removeHandle, write } from '../../../static/js/truths/shapes.js';

/** @param {...[number, number]} places */
const corners = (...places) => places.map(([x, y]) => ({ x, y }));
const square = corners([0, 0], [4, 0], [4, 4], [0, 4]);

test('outlines are read as they are written', () => {
  for (const text of ['1,2 3.5,4 5,6', 'ellipse 10,20 3,4.5']) {
    const shape = read(text);
    assert.ok(shape);
    assert.equal(write(shape), text);
  }
  for (const text of ['', '1,2', '1,2 3,4', '1,2 3,x 5,6', 'ellipse 1,2', 'ellipse a,2 3,4']) assert.equal(read(text), null);
});

test('outlines that cross themselves are known, while they are drawn and when they are closed', () => {
  assert.equal(crosses(square, true), false);
  assert.equal(crosses(corners([0, 0], [4, 4], [4, 0]), false), false);
  assert.equal(crosses(corners([0, 0], [4, 4], [4, 0], [0, 4]), false), true); // a bow tie
  assert.equal(crosses(corners([0, 0], [4, 0], [4, 4], [1, 4], [3, -1]), false), true);
  assert.equal(crosses(corners([0, 0], [4, 0], [2, 0]), false), true); // back on itself
  assert.equal(crosses(corners([0, 0], [4, 0], [4, 0]), false), true); // twice at one place
  assert.equal(crosses(corners([0, 0], [2, 0], [4, 0], [4, 4]), true), false); // straight on
  assert.equal(crosses(corners([0, 0], [2, 2], [4, 4]), true), true); // nothing inside
  assert.equal(crosses(corners([2, 0], [4, 0], [4, 4], [0, 4], [0, 0]), true), false);
  assert.equal(crosses(corners([2, 0], [4, 0], [4, 4], [3, 0]), true), true); // closed along a side
});

test('an ellipse lies in the box between two corners', () => {
  const ellipse = ellipseIn({ x: 30, y: 10 }, { x: 10, y: 20 });
  assert.deepEqual(ellipse, { kind: 'ellipse', x: 20, y: 15, rx: 10, ry: 5 });
  assert.equal(cornersOf(ellipse).length, 48);
  assert.equal(isInside(ellipse, { columns: 30, rows: 20 }), true);
  assert.equal(isInside(ellipse, { columns: 29, rows: 20 }), false);
});

test('handles move corners and edges, and a corner goes while three stay', () => {
  const shape = /** @type {import('../../../static/js/truths/shapes.js').Shape} */ ({ kind: 'polygon', corners: square });
  assert.deepEqual(handlesOf(shape).map(([name]) => name), ['0', '1', '2', '3']);
  const moved = moveHandle(shape, '1', { x: 9, y: 1 });
  assert.deepEqual(cornersOf(moved)[1], { x: 9, y: 1 });
  const three = removeHandle(shape, '0');
  assert.deepEqual(cornersOf(three), square.slice(1));
  assert.equal(removeHandle(three, '0'), three);
  const ellipse = ellipseIn({ x: 0, y: 0 }, { x: 20, y: 10 });
  assert.deepEqual(moveHandle(ellipse, 'across', { x: 25, y: 99 }), { ...ellipse, rx: 15 });
  assert.deepEqual(moveHandle(ellipse, 'down', { x: 99, y: 1 }), { ...ellipse, ry: 4 });
  assert.deepEqual(moveHandle(ellipse, 'middle', { x: 1, y: 2 }), { ...ellipse, x: 1, y: 2 });
  assert.equal(removeHandle(ellipse, 'middle'), ellipse);
});

test('what is undone can be done again until something else is done', () => {
  const history = new History(0);
  history.put(1);
  history.put(2);
  assert.equal(history.undo(), true);
  assert.equal(history.state, 1);
  assert.equal(history.redo(), true);
  assert.equal(history.state, 2);
  history.undo();
  history.put(3);
  assert.equal(history.canRedo, false);
  history.undo();
  history.undo();
  assert.equal(history.undo(), false);
  assert.equal(history.state, 0);
});
