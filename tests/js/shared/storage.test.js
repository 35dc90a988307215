import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { keepObject, keepText, readObject, readText } from '../../../static/js/shared/storage.js';
import { newStorage } from '../browser.js';

let storage = newStorage();
beforeEach(() => { storage = newStorage(); });

test('what is kept is read again', () => {
  assert.equal(keepText('speed', '1.5'), true);
  assert.equal(readText('speed'), '1.5');
  assert.equal(keepObject('answers', { 3: { body: 'choice=1' } }), true);
  assert.deepEqual(readObject('answers'), { 3: { body: 'choice=1' } });
});

test('nothing is kept as nothing', () => {
  assert.equal(readText('speed'), null);
  assert.deepEqual(readObject('answers'), {});
  keepText('speed', '1.5');
  keepObject('answers', { 3: 'a' });
  assert.equal(keepText('speed', ''), true);
  assert.equal(keepObject('answers', {}), true);
  assert.deepEqual(storage.keys, []);
});

for (const text of ['', '{', 'null', '7', '"a"', '[1, 2]']) {
  test(`an object that reads ${text || 'empty'} is none`, () => {
    storage.setItem('answers', text);
    assert.deepEqual(readObject('answers'), {});
  });
}

test('a browser that refuses troubles nobody', () => {
  keepText('speed', '1.5');
  storage.isRefused = true;
  assert.equal(readText('speed'), null);
  assert.deepEqual(readObject('speed'), {});
  assert.equal(keepText('speed', '2'), false);
  assert.equal(keepText('speed', ''), false);
  assert.equal(keepObject('answers', { 3: 'a' }), false);
});
