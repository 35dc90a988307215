import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Waiting } from '../../../static/js/progress/waiting.js';
import { Place, Watched, remainder, toRuns } from '../../../static/js/progress/watched.js';
import { newStorage } from '../browser.js';

/** @typedef {import('../../../static/js/progress/watched.js').Run} Run */

const URL = '/courses/chest-film/first-look/position/';
let storage = newStorage();
beforeEach(() => { storage = newStorage(); });

/** A tab with the lesson, as far as it knows of a video. */
class Tab {
  waiting = new Waiting('5');
  here = 0;
  place;

  /** @param {Run[]} stands */
  constructor(stands = []) {
    this.watched = new Watched({ seconds: 60, required: 57, runs: stands });
    this.place = new Place(0, this.waiting.of('9')?.position);
    this.settle();
  }

  settle() { return this.waiting.settle('9', { url: URL, watched: this.watched, place: this.place, here: this.here }); }

  /**
   * @param {number} from
   * @param {number} to
   */
  play(from, to) {
    this.watched.jump(from, 0);
    this.watched.advance({ second: to, now: (to - from) * 1000, rate: 1, isSeeking: false });
    this.here = to;
    this.settle();
  }

  get pending() { return toRuns(this.watched.pending); }
}

test('nothing waits in a browser that knows nothing, and nothing is left there', () => {
  const waiting = new Waiting('5');
  assert.equal(waiting.of('9'), undefined);
  assert.equal(waiting.other(new Map()), undefined);
  waiting.keep('9', { url: URL, runs: [] });
  waiting.keep('9', null);
  assert.deepEqual(storage.keys, []);
});

test('what waits is kept under the learner’s id', () => {
  new Waiting('5').keep('9', { url: URL, runs: [[0, 3]] });
  assert.deepEqual(storage.keys, ['watched:5']);
  assert.equal(new Waiting('6').of('9'), undefined);
  assert.deepEqual(new Waiting('5').of('9'), { url: URL, runs: [[0, 3]] });
});

test('the second zero is a place that is kept', () => {
  new Waiting('5').keep('9', { url: URL, runs: [], position: 0 });
  assert.equal(new Waiting('5').of('9')?.position, 0);
});

test('another video is one that the page does not hold', () => {
  const waiting = new Waiting('5');
  waiting.keep('9', { url: URL, runs: [[0, 3]] });
  waiting.keep('10', { url: '/other/', runs: [[5, 6]] });
  assert.deepEqual(waiting.other(new Map([['9', null]])), ['10', { url: '/other/', runs: [[5, 6]] }]);
  assert.equal(waiting.other(new Map([['9', null], ['10', null]])), undefined);
});

test('two tabs write over nothing of each other', () => {
  const one = new Tab(), other = new Tab();
  one.play(0, 5);
  other.play(20, 23);
  assert.deepEqual(other.pending, [[0, 5], [20, 23]]);
  assert.equal(one.settle(), true);
  assert.deepEqual(one.pending, other.pending);
  assert.equal(one.settle(), false);
});

test('two videos write over nothing of each other', () => {
  const tab = new Tab();
  new Waiting('5').keep('10', { url: '/other/', runs: [[5, 6]] });
  tab.play(0, 5);
  assert.deepEqual(new Waiting('5').of('10'), { url: '/other/', runs: [[5, 6]] });
});

test('what a closed tab played is delivered by the next one', () => {
  new Tab().play(0, 5);
  assert.deepEqual(new Tab().pending, [[0, 5]]);
});

test('what stands leaves the browser, and does not come back with another tab', () => {
  const one = new Tab(), other = new Tab();
  one.play(0, 5);
  other.settle();
  one.place.tell(one.here);
  one.watched.take([[0, 5]]);
  one.place.arrive(one.here);
  one.settle();
  assert.deepEqual(storage.keys, []);
  // The other one does not know it yet: it sends once more, and then it is gone.
  other.settle();
  assert.deepEqual(new Waiting('5').of('9')?.runs, [[0, 5]]);
  other.watched.take([[0, 5]]);
  other.settle();
  assert.deepEqual(storage.keys, []);
});

test('a part that the server does not let stand yet waits on', () => {
  const tab = new Tab();
  tab.play(0, 40);
  tab.watched.take([[0, 30]]);
  tab.settle();
  assert.deepEqual(new Waiting('5').of('9')?.runs, [[30, 40]]);
});

test('a tab that only delivers keeps the place of the one that played', () => {
  const reading = new Tab(), playing = new Tab();
  playing.play(0, 5);
  reading.settle();
  assert.equal(new Waiting('5').of('9')?.position, 5);
  assert.equal(reading.place.tell(reading.here), undefined);
});

test('what is delivered from another page leaves what was played meanwhile', () => {
  const tab = new Tab();
  tab.play(0, 5);
  const waiting = new Waiting('5'), [id, sent] = waiting.other(new Map()) ?? [];
  assert.ok(id !== undefined && sent);
  tab.play(20, 23); // while the report is on its way
  waiting.keep(id, remainder({ now: waiting.of(id), sent, stands: [[0, 5]] }));
  assert.deepEqual(waiting.of('9'), { url: URL, runs: [[20, 23]], position: 23 });
});

test('a browser that refuses storage loses nothing of the page itself', () => {
  const tab = new Tab();
  storage.isRefused = true;
  tab.play(0, 5);
  assert.deepEqual(tab.pending, [[0, 5]]);
  assert.equal(tab.settle(), false);
});
