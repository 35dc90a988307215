import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bound, filterOf, FULL, PRESETS } from '../../../static/js/viewer/grays.js';

/** What CSS does, by the words of its specification: each step is cut to 0 and 1. */
/** @param {number} number */
const cut = number => Math.min(1, Math.max(0, number));

/**
 * @param {string} filter
 * @param {number} gray of 255
 */
const byCss = (filter, gray) => {
  const [brightness, contrast] = [...filter.matchAll(/(?:brightness|contrast)\(([\d.]+)\)/g)].map(([, number]) => Number(number));
  const shown = cut((cut(gray / 255 * (brightness ?? NaN)) - 0.5) * (contrast ?? NaN) + 0.5);
  return 255 * (filter.includes('invert(1)') ? 1 - shown : shown);
};

/**
 * What a workstation does: black below the window, white above it, a straight line within.
 *
 * @param {import('../../../static/js/viewer/grays.js').Grays} grays
 * @param {number} gray of 255
 */
const byWindow = ({ width, level }, gray) => 255 * cut((gray * 4096 / 255 - (level - width / 2)) / width);

test('the filter is the window, for every gray and for windows of all kinds', () => {
  for (const grays of [...PRESETS.values(), { width: 256, level: 3900 }, { width: 700, level: 350 }, { width: 6000, level: 3000 }, { width: 3000, level: 3500 }]) {
    for (let gray = 0; gray <= 255; gray += 1) {
      assert.ok(Math.abs(byCss(filterOf(grays, false), gray) - byWindow(grays, gray)) < 0.4, `${JSON.stringify(grays)} at ${gray}`);
    }
  }
});

test('values worked out by hand: W 2048 L 2048 maps 64, 128 and 192 of 256 to black, middle and white', () => {
  const filter = filterOf({ width: 2048, level: 2048 }, false);
  assert.equal(filter, 'brightness(1.00000) contrast(2.00000)');
  assert.equal(filterOf(FULL, false), 'brightness(1.00000) contrast(1.00000)');
  assert.equal(filterOf({ width: 1024, level: 1024 }, true), 'brightness(2.00000) contrast(2.00000) invert(1)');
});

test('inverted, black is white', () => {
  assert.ok(Math.abs(byCss(filterOf(FULL, true), 0) - 255) < 1e-9);
  assert.ok(Math.abs(byCss(filterOf(FULL, true), 255)) < 1e-9);
});

test('a window stays where brightness and contrast can make it', () => {
  assert.deepEqual(bound({ width: 10, level: 2000 }), { width: 256, level: 2000 });
  assert.deepEqual(bound({ width: 2000, level: 100 }), { width: 2000, level: 1000 });
  assert.deepEqual(bound({ width: 1e6, level: 1e6 }), { width: 8192, level: 4096 });
});
