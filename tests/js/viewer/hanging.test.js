import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnOf, hang, isPair } from '../../../static/js/viewer/hanging.js';

/**
 * @param {string} key
 * @returns {import('../../../static/js/viewer/hanging.js').View}
 */
const view = key => ({
  key, side: key.toUpperCase().startsWith('R') ? 'R' : 'L', projection: key.slice(1).toUpperCase(), label: key, rows: 20, columns: 10, mmPerPixel: 0.1,
  tiles: '', tileSize: 256, levels: 5,
});

/** @param {import('../../../static/js/viewer/hanging.js').Hanging[]} hangings */
const names = hangings => hangings.map(({ name, views }) => [name, views.map(({ key }) => key).join(' ')]);

test('right before left, CC before MLO, however they come', () => {
  const expected = [['screening', 'rcc lcc rmlo lmlo']];
  assert.deepEqual(names(hang(['lmlo', 'rcc', 'rmlo', 'lcc'].map(view), [])), expected);
  assert.deepEqual(names(hang(['lcc', 'lmlo', 'rcc', 'rmlo'].map(view), [])), expected);
});

test('other views hang by themselves, in their order', () => {
  assert.deepEqual(names(hang(['lmag', 'rcc', 'lml', 'lcc'].map(view), [])), [['screening', 'rcc lcc'], ['additional', 'lmag lml']]);
});

test('priors hang after the views of today, in the same order', () => {
  const [, priors] = hang(['rcc', 'lcc'].map(view), ['lcc', 'rcc'].map(key => ({ ...view(key), key: `${key}-2`, when: '2 years before' })));
  assert.deepEqual(names(priors ? [priors] : []), [['priors', 'rcc lcc rcc-2 lcc-2']]);
});

test('a prior that is missing leaves a gap: all others stay under the view of today', () => {
  const [, priors] = hang(['rcc', 'lcc', 'rmlo', 'lmlo'].map(view), ['lmlo', 'lcc', 'lmag'].map(key => ({ ...view(key), key: `${key}-2`, when: '2 years before' })));
  const places = (priors?.views ?? []).map(one => [one.key, columnOf(one, 4), columnOf(one, 2)]);
  assert.deepEqual(places, [['rcc', 1, 1], ['lcc', 2, 2], ['rmlo', 3, 1], ['lmlo', 4, 2], ['lcc-2', 2, 2], ['lmlo-2', 4, 2]]);
});

test('a study of additional views alone hangs them', () => {
  assert.deepEqual(names(hang([view('lmag')], [])), [['additional', 'lmag']]);
});

test('a view of today and its prior are a pair, and no other two', () => {
  assert.ok(isPair(view('rcc'), { ...view('rcc'), key: 'rcc-p' }));
  assert.ok(!isPair(view('rcc'), view('lcc')));
  assert.ok(!isPair(view('rcc'), view('rmlo')));
});
