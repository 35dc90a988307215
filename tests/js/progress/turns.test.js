import assert from 'node:assert/strict';
import { setTimeout as pass } from 'node:timers/promises';
import { test } from 'node:test';
import { Turns } from '../../../static/js/progress/turns.js';

const INTERVAL = 20; // milliseconds

/** A server that answers when it is told to, and remembers where the playhead was in each report. */
class Server {
  /** @type {number[]} */
  heard = [];
  here = 0;
  /** @type {(() => void)[]} */
  #answers = [];
  /** @type {boolean[]} */
  second = [];
  turns = new Turns(INTERVAL, async () => {
    this.turns.begin();
    this.heard.push(this.here);
    this.second.push(this.turns.isSecond);
    await new Promise(resolve => { this.#answers.push(() => { resolve(undefined); }); });
  });

  answer() { this.#answers.shift()?.(); }
}

test('who leaves while a report is on its way tells the newest place at once', () => {
  const server = new Server();
  void server.turns.take();
  server.here = 42;
  void server.turns.take({ isLeaving: true });
  assert.deepEqual(server.heard, [0, 42]);
  assert.deepEqual(server.second, [false, true]);
});

test('who stays waits for the answer, and then tells the newest place', async () => {
  const server = new Server();
  const first = server.turns.take();
  server.here = 7;
  await server.turns.take();
  assert.deepEqual(server.heard, [0]);
  server.answer();
  await first;
  await pass(3 * INTERVAL);
  assert.deepEqual(server.heard, [0, 7]);
  assert.deepEqual(server.second, [false, false]);
});

test('an answer that takes longer than the time between two reports stops none', async () => {
  const server = new Server();
  void server.turns.take();
  server.turns.schedule();
  await pass(3 * INTERVAL); // its time has come, and the first is not answered
  server.here = 9;
  server.answer();
  await pass(3 * INTERVAL);
  assert.deepEqual(server.heard, [0, 9]);
});

test('reports that are asked for together are one', async () => {
  const server = new Server();
  for (let times = 0; times < 5; times += 1) server.turns.schedule();
  await pass(3 * INTERVAL);
  assert.deepEqual(server.heard, [0]);
});

test('a report that fails leaves the way to the next', async () => {
  let times = 0;
  const turns = new Turns(INTERVAL, async () => {
    times += 1;
    await Promise.reject(new Error('No network.'));
  });
  await assert.rejects(turns.take());
  await assert.rejects(turns.take());
  assert.equal(times, 2);
});
