import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Place, Watched, asText, remainder, toRuns, toSeconds } from '../../../static/js/progress/watched.js';
import { Tape, range } from './tape.js';

// --- Runs

test('runs are the shortest that hold the seconds, in their order', () => {
  assert.deepEqual(toRuns([]), []);
  assert.deepEqual(toRuns([0]), [[0, 1]]);
  assert.deepEqual(toRuns([7, 2, 10, 1, 9, 3]), [[1, 4], [7, 8], [9, 11]]);
  assert.deepEqual(toRuns(new Set([100, 20, 3])), [[3, 4], [20, 21], [100, 101]]); // by number, not by letter
});

test('runs and seconds say the same', () => {
  assert.deepEqual(toSeconds([]), new Set());
  assert.deepEqual(toSeconds([[3, 6], [8, 9]]), new Set([3, 4, 5, 8]));
  assert.deepEqual(toSeconds([[0, 3], [2, 4]]), new Set([0, 1, 2, 3])); // they may overlap
  const seconds = new Set(range(0, 500).filter(second => (second * second) % 7 < 3));
  assert.deepEqual(toSeconds(toRuns(seconds)), seconds);
});

test('a report holds as many runs as the server takes, the first ones', () => {
  assert.equal(asText([]), '');
  assert.equal(asText([[0, 3], [7, 8]]), '0-3,7-8');
  const many = toRuns(range(0, 400).map(index => 2 * index));
  assert.equal(asText(many).split(',').length, 300);
  assert.match(asText(many), /^0-1,2-3,.*,598-599$/);
});

// --- Playing

test('what is played through counts', () => {
  assert.deepEqual(new Tape().play(10).pending, range(0, 10));
});

test('a second counts when it is over', () => {
  const tape = new Tape().play(4.94);
  assert.deepEqual(tape.pending, range(0, 4));
  assert.deepEqual(tape.play(4.96).pending, range(0, 5)); // a playhead may be a little early
});

test('a second counts from its first quarter on', () => {
  assert.deepEqual(new Tape().seek(3.25).play(6).pending, [3, 4, 5]);
  assert.deepEqual(new Tape().seek(3.26).play(6).pending, [4, 5]);
});

test('a second that was played in two stretches does not count', () => {
  assert.deepEqual(new Tape().play(0.6).seek(0.5).play(1).pending, []);
});

test('pieces that follow each other do', () => {
  assert.deepEqual(new Tape().play(0.3).pause(5).play(0.7).pause(5).play(1).pending, [0]);
});

for (const rate of [0.5, 0.75, 1.25, 2, 3]) {
  test(`what is played ${rate} times as fast counts, too`, () => {
    const tape = new Tape();
    tape.rate = rate;
    assert.deepEqual(tape.play(30).pending, range(0, 30));
    assert.equal(Math.round(tape.now), Math.round(30000 / rate));
  });
}

test('a change of speed loses nothing', () => {
  const tape = new Tape().play(4.3);
  tape.tell(); // ratechange
  tape.rate = 3;
  tape.play(20.2).tell();
  tape.rate = 0.5;
  assert.deepEqual(tape.play(22).pending, range(0, 22));
});

test('what was played before the speed was lowered counts at the speed that it had', () => {
  const tape = new Tape().play(5, { every: 5000 });
  tape.second += 5;
  tape.now += 5000;
  tape.rate = 0.5;
  tape.tell(); // ratechange
  assert.deepEqual(tape.pending, range(0, 10));
});

test('a playhead may be a little ahead of the time', () => {
  const tape = new Tape().play(4);
  tape.second += 1;
  tape.now += 450;
  tape.tell();
  assert.deepEqual(tape.pending, range(0, 5));
});

test('a tab in the background tells rarely, and loses nothing', () => {
  assert.deepEqual(new Tape().play(50, { every: 1000 }).pending, range(0, 50));
  assert.deepEqual(new Tape({ seconds: 600 }).play(600, { every: 60000 }).pending, range(0, 600));
});

test('the same place told twice is nothing new', () => {
  const tape = new Tape().play(5);
  assert.equal(tape.tell(), false);
  assert.deepEqual(tape.pending, range(0, 5));
});

test('playing tells when there is something new', () => {
  const tape = new Tape();
  tape.now = 900;
  tape.second = 0.9;
  assert.equal(tape.tell(), false);
  tape.now = tape.second = 1;
  tape.now = 1000;
  assert.equal(tape.tell(), true);
});

// --- Seeking

test('what is jumped over does not count', () => {
  assert.deepEqual(new Tape().play(5).seek(40).play(43).pending, [...range(0, 5), 40, 41, 42]);
});

test('a jump that no event announced does not count', () => {
  const tape = new Tape().play(5);
  tape.second = 40;
  tape.now += 250;
  assert.equal(tape.tell(), false);
  assert.deepEqual(tape.play(43).pending, [...range(0, 5), 40, 41, 42]);
});

test('a jump back counts nothing twice, and what follows counts', () => {
  assert.deepEqual(new Tape().play(10).seek(4).play(12).pending, range(0, 12));
  const unannounced = new Tape().play(10);
  unannounced.second = 4;
  assert.equal(unannounced.tell(), false);
  assert.deepEqual(unannounced.play(12).pending, range(0, 12));
  const further = new Tape().seek(40).play(43);
  further.second = 4;
  further.tell();
  assert.deepEqual(further.play(8).pending, [...range(4, 8), 40, 41, 42]);
});

test('what is told while seeking does not count', () => {
  const tape = new Tape().play(2);
  for (let step = 0; step < 20; step += 1) { // the handle is dragged as slowly as the video plays
    tape.second += 0.25;
    tape.now += 250;
    assert.equal(tape.tell({ isSeeking: true }), false);
  }
  assert.deepEqual(tape.pending, [0, 1]);
});

test('a pause is no time to jump in', () => {
  const tape = new Tape().play(3).pause(600);
  tape.second = 50;
  tape.now += 250;
  assert.equal(tape.tell(), false);
  assert.deepEqual(tape.play(52).pending, [0, 1, 2, 50, 51]);
});

test('the speed that is set is no leave to jump', () => {
  const tape = new Tape().play(3);
  tape.rate = 3;
  tape.second += 4.5; // 250 milliseconds at three times the speed are 0.75, and a little more is forgiven
  tape.now += 250;
  assert.equal(tape.tell(), false);
  assert.deepEqual(tape.pending, [0, 1, 2]);
});

test('a playhead before the start is none', () => {
  assert.deepEqual(new Tape().seek(-1.3).play(2).pending, [0, 1]);
});

// --- The end

test('the last second counts where the video ends within it', () => {
  const tape = new Tape({ seconds: 30 }).play(29.6);
  assert.deepEqual(tape.pending, range(0, 29));
  assert.equal(tape.watched.end(), true);
  assert.deepEqual(tape.pending, range(0, 30));
  assert.equal(tape.watched.end(), false);
});

test('the end alone counts only for who came to it by playing', () => {
  const jumped = new Tape({ seconds: 30 }).seek(29.5);
  assert.equal(jumped.watched.end(), false);
  const played = new Tape({ seconds: 30 }).seek(28).play(29.6);
  played.watched.end();
  assert.deepEqual(played.pending, [28, 29]);
});

test('what lies past the length does not count', () => {
  const tape = new Tape({ seconds: 30 }).play(31.4);
  tape.watched.end();
  assert.deepEqual(tape.pending, range(0, 30));
});

test('a video under a second has none to count until it ends', () => {
  const tape = new Tape({ seconds: 1 }).play(0.4);
  assert.deepEqual(tape.pending, []);
  tape.watched.end();
  assert.deepEqual(tape.pending, [0]);
});

// --- Replays, and what the server lets stand

test('what stands is not played anew', () => {
  const tape = new Tape({ runs: [[0, 5], [8, 10]] });
  assert.deepEqual(tape.play(12).pending, [5, 6, 7, 10, 11]);
  assert.equal(tape.seek(0).play(4).watched.pending.size, 5);
});

test('a replay gives nothing new', () => {
  const tape = new Tape({ seconds: 10 }).play(10);
  tape.watched.take([[0, 10]]);
  assert.deepEqual(tape.seek(0).play(10).pending, []);
  assert.equal(tape.watched.end(), false);
});

test('only what the server lets stand leaves; the rest is sent again', () => {
  const tape = new Tape().play(20);
  tape.watched.take([[0, 12]]);
  assert.deepEqual(tape.pending, range(12, 20));
  tape.watched.take([[0, 20]]);
  assert.deepEqual(tape.pending, []);
});

test('what was played while a report was on its way waits for the next', () => {
  const tape = new Tape().play(10);
  const sent = toRuns(tape.watched.pending);
  tape.play(15);
  tape.watched.take(sent);
  assert.deepEqual(tape.pending, range(10, 15));
});

test('a batch with more runs than one report holds is delivered in several', () => {
  const { watched } = new Tape({ seconds: 1000 });
  watched.add(range(0, 450).map(index => [2 * index, 2 * index + 1]));
  let reports = 0;
  /** @type {import('../../../static/js/progress/watched.js').Run[]} */
  let stands = [];
  for (; watched.pending.size && reports < 9; reports += 1) {
    const sent = asText(toRuns(watched.pending)).split(',').map(run => run.split('-').map(Number));
    stands = [...stands, ...sent.map(([start = 0, end = 0]) => /** @type {[number, number]} */ ([start, end]))];
    watched.take(stands);
  }
  assert.equal(reports, 2);
  assert.equal(watched.stands.size, 450);
});

test('another tab adds what neither stands nor waits here', () => {
  const { watched } = new Tape({ runs: [[0, 5]] }).play(8);
  assert.equal(watched.add([]), false);
  assert.equal(watched.add([[0, 8]]), false);
  assert.equal(watched.add([[3, 6], [20, 22]]), true);
  assert.deepEqual(toRuns(watched.pending), [[5, 8], [20, 22]]);
});

test('what is missing is counted with what waits, and what is left without', () => {
  const tape = new Tape({ seconds: 20, required: 19, runs: [[0, 4]] }).seek(4).play(10);
  assert.deepEqual([tape.watched.missing, tape.watched.left], [9, 15]);
  assert.deepEqual(tape.watched.seen, new Set(range(0, 10)));
  tape.play(20);
  tape.watched.end();
  assert.deepEqual([tape.watched.missing, tape.watched.left], [0, 15]);
  tape.watched.take([[0, 20]]);
  assert.deepEqual([tape.watched.missing, tape.watched.left], [0, 0]);
});

test('the first second that is missing is the first gap', () => {
  assert.equal(new Watched({ seconds: 9, required: 9, runs: [] }).firstMissing, 0);
  assert.equal(new Tape({ runs: [[0, 4]] }).seek(4).play(6).watched.firstMissing, 6);
  assert.equal(new Tape({ runs: [[0, 4], [6, 9]] }).watched.firstMissing, 4);
});

test('whatever a learner does, no second is invented, lost or counted twice', () => {
  let seed = 7;
  const random = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647; };
  const tape = new Tape({ seconds: 90 }), { watched } = tape, expected = new Set();
  let start = 0; // of the stretch that is being played
  for (let round = 0; round < 600; round += 1) {
    const act = random();
    tape.rate = [0.5, 1, 1.5, 2, 3][Math.floor(random() * 5)] ?? 1;
    if (act < 0.2) {
      start = random() * 95;
      tape.seek(start);
    } else if (act < 0.4) {
      tape.pause(random() * 100);
    } else if (act < 0.5) {
      watched.take(toRuns([...watched.stands, ...[...watched.pending].filter(() => random() < 0.5)]));
    } else {
      tape.play(tape.second + random() * 6, { every: 100 + random() * 900 });
    }
    const played = range(Math.ceil(start - 0.25), Math.floor(tape.second + 0.05));
    for (const second of played) if (second < 90) expected.add(second);
    assert.deepEqual(watched.seen, expected);
    assert.ok([...watched.pending].every(second => !watched.stands.has(second)));
  }
  assert.ok(watched.missing < 5); // it played nearly all
});

// --- The place

test('a place is news when it is another than the server knows', () => {
  const place = new Place(12, undefined);
  assert.equal(place.isNews(12), false);
  assert.equal(place.isNews(13), true);
});

test('who has not moved tells nothing', () => {
  const place = new Place(12, undefined);
  assert.equal(place.tell(12), undefined);
  assert.equal(place.tell(0), 0); // the start is a place, too
});

test('a place that has arrived is known; one that is on its way is not', () => {
  const place = new Place(12, undefined);
  assert.equal(place.tell(20), 20);
  assert.equal(place.isNews(20), true);
  place.arrive(20);
  assert.equal(place.isNews(20), false);
  assert.equal(place.isNews(21), true);
});

test('of two reports on their way the place of the older one is not the newer one', () => {
  const place = new Place(12, undefined);
  assert.deepEqual([place.tell(20), place.tell(25)], [20, 25]);
  place.arrive(20);
  assert.equal(place.isNews(25), true);
  place.arrive(25);
  assert.equal(place.isNews(25), false);
});

test('a page that is loaded anew before its report arrived tells the place again', () => {
  const place = new Place(12, 34);
  assert.equal(place.keep(34, 34), 34);
  assert.equal(place.tell(34), 34);
});

test('a place that has arrived leaves the browser', () => {
  const place = new Place(12, undefined);
  assert.equal(place.keep(20, undefined), 20);
  place.tell(20);
  place.arrive(20);
  assert.equal(place.keep(20, 20), undefined);
});

test('a place that was kept goes when the reader is back where the server knows', () => {
  assert.equal(new Place(12, 34).keep(12, 34), undefined);
});

test('another tab’s place is left alone by who has not moved', () => {
  const place = new Place(12, undefined);
  assert.equal(place.keep(12, undefined), undefined);
  assert.equal(place.keep(12, 45), 45);
  assert.equal(place.keep(13, 45), 13); // who has moved was here last
});

// --- What another page has left behind

test('what stands leaves, with the place that was told', () => {
  /** @type {import('../../../static/js/progress/watched.js').Entry} */
  const sent = { url: '/x/', runs: [[0, 10]], position: 10 };
  assert.deepEqual(remainder({ now: sent, sent, stands: [[0, 10]] }), { url: '/x/', runs: [], position: undefined });
  assert.deepEqual(remainder({ now: sent, sent, stands: [[0, 4], [6, 8]] }).runs, [[4, 6], [8, 10]]);
  assert.deepEqual(remainder({ now: sent, sent, stands: [] }).runs, [[0, 10]]);
});

test('what another tab added meanwhile stays', () => {
  /** @type {import('../../../static/js/progress/watched.js').Entry} */
  const sent = { url: '/x/', runs: [[0, 10]], position: 10 };
  assert.deepEqual(
    remainder({ now: { url: '/x/', runs: [[0, 10], [20, 22]], position: 22 }, sent, stands: [[0, 10]] }),
    { url: '/x/', runs: [[20, 22]], position: 22 },
  );
});

test('what another tab delivered meanwhile does not come back', () => {
  assert.deepEqual(
    remainder({ now: undefined, sent: { url: '/x/', runs: [[0, 10]], position: 10 }, stands: [] }),
    { url: '/x/', runs: [], position: undefined },
  );
});
