import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { newStorage } from '../browser.js';

const { Outbox } = await import('../../../static/js/outbox.js');
const { Marks } = await import('../../../static/js/viewer/marks.js');

const PLACE = { view: 'rcc', x: 100.5, y: 20, confidence: 60, morphology: '', distribution: '' };
const WORDS = { morphology: 'amorphous', distribution: 'grouped' };

/** @typedef {{ method: string, address: string, token: string | undefined, body: Record<string, unknown> }} Asked */
/** @type {Asked[]} */
let asked = [];
/** @type {((asked: Asked) => Response | Promise<Response>)[]} */
let answers = [];
/** @type {string[]} */
let news = [];

/**
 * @param {number} status
 * @param {unknown} [body]
 */
const answer = (status, body) => (body === undefined ? new Response(null, { status }) : Response.json(body, { status }));
/**
 * @param {string} html
 * @param {number} [status]
 */
const page = (html, status) => new Response(html, { status: status ?? 200, headers: { 'Content-Type': 'text/html' } });

beforeEach(() => {
  newStorage();
  [asked, answers, news] = [[], [], []];
  /** @param {string} address @param {{ method?: string, body?: string, headers?: Record<string, string> }} init */
  const fake = async (address, { method = 'GET', body = '{}', headers }) => {
    /** @type {Asked} */
    const one = { method, address, token: headers?.['X-CSRFToken'], body: JSON.parse(body) };
    asked.push(one);
    const given = answers.shift();
    return given ? given(one) : answer(method === 'DELETE' ? 204 : 201, method === 'DELETE' ? undefined : { ...one.body, id: 'm1' });
  };
  Object.defineProperty(globalThis, 'fetch', { value: fake, configurable: true, writable: true });
});

/** @param {import('../../../static/js/viewer/marks.js').SentMark[]} sent @param {boolean} locked */
const open = (sent = [], locked = false) => {
  const marks = new Marks({ reading: 'r1', locked, marks: sent, addresses: { marks: '/marks/', page: '/' } }, 'token');
  marks.onNews = (/** @type {string} */ kind, /** @type {string} */ reason) => { news.push(`${kind}${reason && `: ${reason}`}`); };
  return marks;
};
const lost = () => Promise.reject(new TypeError('no network'));
const states = (/** @type {InstanceType<typeof Marks>} */ marks) => marks.all.map(({ id, state }) => [id, state]);

test('a mark is sent once it has both its words', async () => {
  const marks = open(), key = marks.add(PLACE);
  marks.change(key, { morphology: 'amorphous' });
  await marks.flush();
  assert.deepEqual([asked, marks.unfinished], [[], 1]);
  marks.change(key, { distribution: 'grouped' });
  assert.equal(await marks.flush(), true);
  assert.deepEqual(asked.map(({ method, body }) => [method, body]), [['POST', { key, ...PLACE, ...WORDS }]]);
  assert.deepEqual(states(marks), [['m1', 'kept']]);
});

test('a change names the mark that the academy knows, and no change is not sent', async () => {
  const marks = open([{ id: 'm7', ...PLACE, ...WORDS }]);
  marks.change('m7', { confidence: 60 });
  marks.change('m7', { x: 7 });
  await marks.flush();
  assert.deepEqual(asked.map(({ body }) => [body.id, body.x]), [['m7', 7]]);
});

test('without a network it is kept here, and sent when it is back', async () => {
  answers = [lost];
  const marks = open();
  marks.change(marks.add(PLACE), WORDS);
  assert.equal(await marks.flush(), false);
  assert.deepEqual([news.at(-1), marks.waiting], ['waiting', 1]);
  const later = open(); // the page is opened again
  assert.deepEqual(states(later), [[null, 'waiting']]);
  assert.equal(await later.flush(), true);
  assert.deepEqual(states(later), [['m1', 'kept']]);
  assert.equal(asked[0]?.body.key, asked[1]?.body.key);
});

test('what arrived although its answer was lost is one mark when the page is opened again', async () => {
  answers = [lost];
  const marks = open();
  marks.change(marks.add(PLACE), WORDS);
  await marks.flush();
  const later = open([{ id: 'm1', ...PLACE, ...WORDS }]);
  await later.flush();
  assert.deepEqual(states(later), [['m1', 'kept']]);
});

test('what is changed while it is on its way is sent again, under the id it was given', async () => {
  const marks = open(), key = marks.add(PLACE);
  answers = [({ body }) => {
    marks.change(key, { confidence: 90 });
    return answer(201, { ...body, id: 'm1' });
  }];
  marks.change(key, WORDS);
  await marks.flush();
  assert.deepEqual(asked.map(({ body }) => [body.id, body.confidence]), [[undefined, 60], ['m1', 90]]);
  assert.deepEqual(states(marks), [['m1', 'kept']]);
});

test('a mark is removed; one that was never sent asks nobody', async () => {
  const marks = open([{ id: 'm7', ...PLACE, ...WORDS }]);
  marks.remove('m7');
  marks.remove(marks.add(PLACE));
  await marks.flush();
  assert.deepEqual(asked.map(({ method, address }) => [method, address]), [['DELETE', '/marks/m7/']]);
  assert.deepEqual(states(marks), []);
});

test('one that may have arrived is asked for before it is removed', async () => {
  answers = [lost];
  const marks = open(), key = marks.add(PLACE);
  marks.change(key, WORDS);
  await marks.flush();
  marks.remove(key);
  await marks.flush();
  assert.deepEqual(asked.slice(1).map(({ method, address }) => [method, address]), [['POST', '/marks/'], ['DELETE', '/marks/m1/']]);
});

test('a refusal is told in its words and stands with its mark, which is sent again once it is changed', async () => {
  answers = [() => answer(400, { error: 'There are 40 marks.' })];
  const marks = open(), key = marks.add(PLACE);
  marks.change(key, WORDS);
  await marks.flush();
  assert.deepEqual([news, states(marks)], [['refused: There are 40 marks.'], [[null, 'refused']]]);
  const later = open();
  assert.deepEqual([later.get(key)?.reason, later.refused, later.unfinished, later.waiting], ['There are 40 marks.', 1, 0, 0]);
  later.change(key, { x: 7 });
  await later.flush();
  assert.deepEqual([states(later), later.get(key)?.reason, later.refused], [[['m1', 'kept']], '', 0]);
});

test('a mark that was refused is removed and asks nobody', async () => {
  answers = [() => answer(400, { error: 'There are 40 marks.' })];
  const marks = open(), key = marks.add(PLACE);
  marks.change(key, WORDS);
  await marks.flush();
  marks.remove(key);
  await marks.flush();
  assert.deepEqual([states(marks), states(open()), asked.length], [[], [], 1]);
});

test('who was signed out is told so in the words of the academy, and the mark waits', async () => {
  answers = [() => answer(403, { error: 'Sign in.' })];
  const marks = open();
  marks.change(marks.add(PLACE), WORDS);
  await marks.flush();
  assert.deepEqual([news, marks.waiting, asked.length], [['held: Sign in.'], 1, 1]);
});

test('who signed in again in another tab has a new token, and it is taken from the page', async () => {
  answers = [() => page('Forbidden', 403), () => page('<section data-viewer data-token="new1">')];
  const marks = open();
  marks.change(marks.add(PLACE), WORDS);
  await marks.flush();
  assert.deepEqual(asked.map(({ method, address, token }) => [method, address, token]), [
    ['POST', '/marks/', 'token'], ['GET', '/', undefined], ['POST', '/marks/', 'new1'],
  ]);
  assert.deepEqual([states(marks), news.at(-1)], [[['m1', 'kept']], 'saved']);
});

test('where the page has no token, or its token is refused, too, the page is to be loaded again', async () => {
  answers = [() => page('Forbidden', 403), () => page('Sign in')];
  const marks = open();
  marks.change(marks.add(PLACE), WORDS);
  await marks.flush();
  answers = [() => page('Forbidden', 403), () => page('<section data-token="new1">'), () => page('Forbidden', 403)];
  await marks.flush();
  assert.deepEqual([news, marks.waiting, asked.length], [['reload', 'reload'], 1, 5]);
});

test('of a locked reading the marks that were sent are shown, and what this browser kept is dropped', () => {
  answers = [lost];
  const marks = open();
  marks.add(PLACE);
  marks.change(marks.add(PLACE), WORDS);
  const sent = { id: 'm7', ...PLACE, ...WORDS };
  assert.deepEqual(states(open([sent], true)), [['m7', 'kept']]);
  assert.deepEqual(states(open([sent])), [['m7', 'kept']]);
  assert.equal(new Outbox('marks-out:r1').isEmpty, true);
});

test('two tabs of one reading keep the unfinished marks of each other', () => {
  const one = open(), other = open();
  const [first, second, third] = [one.add(PLACE), other.add({ ...PLACE, x: 7 }), one.add({ ...PLACE, x: 9 })];
  assert.deepEqual(open().all.map(({ key }) => key), [first, second, third]);
  one.remove(third);
  assert.deepEqual(open().all.map(({ key }) => key), [first, second]);
});

test('what another tab sent waits in neither', async () => {
  answers = [lost];
  const one = open(), other = open();
  one.change(one.add(PLACE), WORDS);
  await one.flush();
  await other.flush();
  assert.deepEqual([states(other), states(open())], [[['m1', 'kept']], []]);
  assert.equal(await one.flush(), true);
  assert.deepEqual([states(one), one.waiting], [[['m1', 'kept']], 0]);
  assert.equal(new Set(asked.map(({ body }) => body.key)).size, 1);
});
