import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Calls } from '../../../static/js/guide/calls.js';

test('each picture is called once, in order, and what was missed is known', () => {
  const calls = new Calls(['Rim', 'Suture', 'Skin']);
  assert.deepEqual([calls.at, calls.right, calls.isOver, calls.missed], [0, 0, false, []]);
  assert.equal(calls.call('Rim'), true);
  assert.equal(calls.call('Rim'), false);
  assert.deepEqual([calls.at, calls.right, calls.isOver, calls.missed], [2, 1, false, ['Suture']]);
  assert.equal(calls.call('Skin'), true);
  assert.deepEqual([calls.at, calls.right, calls.isOver, calls.missed], [3, 2, true, ['Suture']]);
});

test('past the last picture there is nothing to call', () => {
  const calls = new Calls(['Rim']);
  calls.call('Skin');
  assert.throws(() => { calls.call('Rim'); }, /All pictures were called/);
  assert.deepEqual([calls.right, calls.missed], [0, ['Rim']]);
});

test('again it begins with nothing', () => {
  const calls = new Calls(['Rim', 'Skin']);
  calls.call('Skin');
  calls.again();
  assert.deepEqual([calls.at, calls.right, calls.isOver, calls.missed], [0, 0, false, []]);
  assert.equal(calls.call('Rim'), true);
});
