import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Outbox } from '../../static/js/outbox.js';
import { newStorage } from './browser.js';

/** @typedef {import('../../static/js/outbox.js').Outcome} Outcome */

const KEY = 'escan:answers:5:8';
let storage = newStorage();
beforeEach(() => { storage = newStorage(); });

/** Answers to what is sent, and remembers it. */
class Server {
  /** @type {string[]} */
  sent = [];
  /** @param {(place: string) => Outcome | Promise<Outcome>} answer */
  constructor(answer = () => 'kept') { this.answer = answer; }

  /** @type {import('../../static/js/outbox.js').Send} */
  send = async (place, { body }) => {
    this.sent.push(`${place}: ${body}`);
    return this.answer(place);
  };
}

test('the newest of each place is sent, in the order they were given', async () => {
  const outbox = new Outbox(KEY), server = new Server();
  outbox.put('2', 'b');
  outbox.put('1', 'a');
  outbox.put('2', 'c');
  assert.equal(outbox.isEmpty, false);
  assert.equal(await outbox.flush(server.send), 'kept');
  assert.deepEqual(server.sent, ['1: a', '2: c']);
  assert.equal(outbox.isEmpty, true);
  assert.ok(!storage.keys.includes(KEY));
});

test('an empty outbox sends nothing', async () => {
  const server = new Server();
  assert.equal(await new Outbox(KEY).flush(server.send), 'kept');
  assert.deepEqual(server.sent, []);
});

test('what another tab gave is sent, too', async () => {
  const server = new Server();
  new Outbox(KEY).put('1', 'a');
  await new Outbox(KEY).flush(server.send);
  assert.deepEqual(server.sent, ['1: a']);
});

test('numbers only grow, under one name', () => {
  const outbox = new Outbox(KEY);
  outbox.put('1', 'a');
  const first = outbox.get('1');
  mock.timers.enable({ apis: ['Date'], now: 1000 }); // the clock is set back
  try {
    new Outbox(KEY).put('1', 'b');
  } finally {
    mock.timers.reset();
  }
  const second = outbox.get('1');
  assert.ok(first && second);
  assert.equal(second.number, first.number + 1);
  assert.equal(second.device, first.device);
});

test('what is refused goes, and is told at the end', async () => {
  const outbox = new Outbox(KEY), server = new Server(place => (place === '1' ? 'refused' : 'kept'));
  outbox.put('1', 'a');
  outbox.put('2', 'b');
  assert.equal(await outbox.flush(server.send), 'refused');
  assert.equal(outbox.isEmpty, true);
});

test('what waits after another was refused is told before it', async () => {
  const outbox = new Outbox(KEY), server = new Server(place => (place === '1' ? 'refused' : 'waits'));
  outbox.put('1', 'a');
  outbox.put('2', 'b');
  assert.equal(await outbox.flush(server.send), 'waits');
  assert.deepEqual([outbox.get('1'), outbox.get('2')?.body], [undefined, 'b']);
});

test('what waits stays, with all that comes after it', async () => {
  const outbox = new Outbox(KEY), server = new Server(() => 'waits');
  outbox.put('1', 'a');
  outbox.put('2', 'b');
  assert.equal(await outbox.flush(server.send), 'waits');
  assert.deepEqual(server.sent, ['1: a']);
  assert.deepEqual([outbox.get('1')?.body, outbox.get('2')?.body], ['a', 'b']);
});

test('a newer one that is given while an older is on its way stays', async () => {
  const outbox = new Outbox(KEY);
  const server = new Server(() => {
    if (server.sent.length === 1) outbox.put('1', 'b');
    return 'kept';
  });
  outbox.put('1', 'a');
  await outbox.flush(server.send);
  assert.deepEqual(server.sent, ['1: a', '1: b']);
});

test('it flushes once at a time', async () => {
  const outbox = new Outbox(KEY), server = new Server();
  outbox.put('1', 'a');
  const [first, second] = [outbox.flush(server.send), outbox.flush(server.send)];
  assert.equal(second, first);
  await first;
  assert.deepEqual(server.sent, ['1: a']);
});

test('what is lost is tried again, each time after twice as long, up to a minute', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const outbox = new Outbox(KEY), server = new Server(() => { throw new TypeError('Failed to fetch'); });
    const retry = mock.fn();
    outbox.retry = retry;
    outbox.put('1', 'a');
    for (const [index, wait] of [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000].entries()) {
      assert.equal(await outbox.flush(server.send), 'lost');
      mock.timers.tick(wait - 1);
      assert.equal(retry.mock.callCount(), index);
      mock.timers.tick(1);
      assert.equal(retry.mock.callCount(), index + 1);
    }
    server.answer = () => 'kept';
    await outbox.flush(server.send);
    assert.equal(outbox.isEmpty, true);
  } finally {
    mock.timers.reset();
  }
});

test('a browser that refuses storage remembers while the page is open', async () => {
  storage.isRefused = true;
  const outbox = new Outbox(KEY), server = new Server();
  outbox.put('1', 'a');
  outbox.put('2', 'b');
  outbox.put('1', 'c');
  const [one, two] = [outbox.get('1'), outbox.get('2')];
  assert.ok(one && two && one.number > two.number && one.device === two.device);
  await outbox.flush(server.send);
  assert.deepEqual(server.sent, ['2: b', '1: c']);
  assert.equal(outbox.isEmpty, true);
});
