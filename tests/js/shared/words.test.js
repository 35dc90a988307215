import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, fill } from '../../../static/js/shared/words.js';

test('a time has two digits for seconds, and for minutes where there are hours', () => {
  assert.deepEqual([0, 9, 52, 60, 725, 3599].map(clock), ['0:00', '0:09', '0:52', '1:00', '12:05', '59:59']);
  assert.deepEqual([3600, 3725, 36000].map(clock), ['1:00:00', '1:02:05', '10:00:00']);
});

test('words get their values, each as often as it is named', () => {
  assert.equal(fill('{watched} of {length}, {watched}', { watched: '0:10', length: '1:00' }), '0:10 of 1:00, 0:10');
});

test('a value is put in as it is', () => {
  assert.equal(fill('At {time}', { time: '$& {time}' }), 'At $& {time}');
});

test('a name without a value is seen, and words that are missing are none', () => {
  assert.equal(fill('At {tme}', { time: '0:10' }), 'At {tme}');
  assert.equal(fill(undefined, { time: '0:10' }), '');
});
