import assert from 'node:assert/strict';
import { test } from 'node:test';
import { move } from '../../../static/js/guide/moves.js';

const SIZE = { rows: 3, columns: 4 };

test('an arrow leads one cell further', () => {
  const at = { row: 1, column: 2 };
  assert.deepEqual(move('ArrowUp', at, SIZE), { row: 0, column: 2 });
  assert.deepEqual(move('ArrowDown', at, SIZE), { row: 2, column: 2 });
  assert.deepEqual(move('ArrowLeft', at, SIZE), { row: 1, column: 1 });
  assert.deepEqual(move('ArrowRight', at, SIZE), { row: 1, column: 3 });
});

test('at an edge it stays, and does not come out on the other side', () => {
  assert.deepEqual(move('ArrowUp', { row: 0, column: 0 }, SIZE), { row: 0, column: 0 });
  assert.deepEqual(move('ArrowLeft', { row: 0, column: 0 }, SIZE), { row: 0, column: 0 });
  assert.deepEqual(move('ArrowDown', { row: 2, column: 3 }, SIZE), { row: 2, column: 3 });
  assert.deepEqual(move('ArrowRight', { row: 2, column: 3 }, SIZE), { row: 2, column: 3 });
});

test('Home and End lead to the ends of the row', () => {
  assert.deepEqual(move('Home', { row: 1, column: 2 }, SIZE), { row: 1, column: 0 });
  assert.deepEqual(move('End', { row: 1, column: 2 }, SIZE), { row: 1, column: 3 });
});

test('other keys lead nowhere, whatever objects have by nature', () => {
  for (const key of ['Tab', 'Enter', 'a', 'toString', 'constructor']) assert.equal(move(key, { row: 1, column: 2 }, SIZE), null);
});
