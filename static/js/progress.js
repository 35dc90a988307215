// Tells the server which block the reader is at and which seconds of a video were truly played, so that any device can
// go on there. At most one small request every 15 seconds, and one when the page is left. What the server does not let
// stand yet, or what could not be sent, is kept in the browser under the learner's id and sent again.
import { Turns } from './progress/turns.js';
import { LessonVideo } from './progress/video.js';
import { Waiting } from './progress/waiting.js';
import { asText, remainder } from './progress/watched.js';
import { closest, need } from './shared/elements.js';
import { clock, fill } from './shared/words.js';

/** @typedef {import('./progress/video.js').State} State */
/** @typedef {{ id: string, runs: string, position: number | undefined }} Report */
/** @typedef {{ runs: import('./progress/watched.js').Run[] }} Answer what the server lets stand */

const INTERVAL = 15000; // milliseconds
const lesson = need(document, '[data-progress-url]', HTMLElement);
/** @type {HTMLElement[]} */
const blocks = [...lesson.querySelectorAll('[data-block]')].filter(block => block instanceof HTMLElement);
const words = lesson.dataset;
const waiting = new Waiting(words.learner ?? '');
/** @type {Map<string, LessonVideo>} */
const videos = new Map();

// --- Where the reader is ---
// Where a place is kept already, opening the page does not move it; reading on does.
let hasMoved = !document.querySelector('[data-resume]');
/** @type {string | null | undefined} */
let sentBlock = null;
const currentBlock = () => {
  const line = innerHeight * 0.3;
  return (blocks.findLast(block => block.getBoundingClientRect().top <= line) ?? blocks[0])?.dataset.block;
};

// --- The button that completes the lesson ---
// It comes anew with an answer to a check; while checks are left, a link to them stands in its place.
const tell = () => {
  const complete = document.querySelector('.complete'), note = complete?.querySelector('[data-unwatched]');
  if (!complete || !note) return;
  const all = [...videos.values()].map(video => video.watched);
  const missing = all.reduce((sum, watched) => sum + watched.missing, 0);
  const isWaiting = all.some(watched => watched.left > 0);
  complete.querySelector('button')?.setAttribute('aria-disabled', String(isWaiting));
  const still = isWaiting ? words.savingText ?? '' : '';
  const text = missing ? fill(words.waitText, { left: clock(missing) }) : still;
  if (note.textContent !== text) note.textContent = text;
};
document.addEventListener('htmx:load', tell);
document.addEventListener('submit', event => {
  if (closest(event, 'form.complete')?.querySelector('[aria-disabled=true]')) event.preventDefault();
});

// --- Sending ---
const turns = new Turns(INTERVAL, () => deliver());
const schedule = () => { turns.schedule(); };

/**
 * @param {string} url
 * @param {string | undefined} block
 * @param {Report | undefined} report
 */
const post = (url, block, report) => {
  const body = new URLSearchParams();
  if (block !== undefined) body.set('block', block);
  if (report) {
    body.set('video', report.id);
    body.set('batch', crypto.randomUUID());
    body.set('runs', report.runs);
    if (report.position !== undefined) body.set('position', String(report.position));
  }
  return fetch(url, { method: 'POST', body, headers: { 'X-CSRFToken': words.token ?? '' }, keepalive: true });
};

/** @param {Response} answer */
const runsOf = async answer => (/** @type {Answer} */ (await answer.json())).runs;

// What was played on another page and did not reach the server. It names no block: the reader is here by now.
const sendOther = async () => {
  const [id, sent] = waiting.other(videos) ?? [];
  if (id === undefined || !sent) return;
  turns.begin();
  const answer = await post(sent.url, undefined, { id, runs: asText(sent.runs), position: sent.position });
  if (answer.ok) {
    const stands = await runsOf(answer);
    waiting.keep(id, remainder({ now: waiting.of(id), sent, stands }));
  } else if (answer.status === 400 || answer.status === 404) {
    waiting.keep(id, null); // the video is gone from there
  }
  schedule();
};

// What is to be told next: of a video, of the place in the text, of both or of none. Nothing that is on its way already.
const choose = () => {
  const due = [...videos.values()].filter(video => video.isWaiting && (!turns.isSecond || video.hasNewer));
  const video = due.find(each => each.isPlaying) ?? due[0];
  const isPlayed = Boolean(video?.isHere);
  const block = isPlayed ? video?.block : currentBlock();
  const isPlace = isPlayed || (hasMoved && Boolean(block) && block !== sentBlock);
  return { video, isPlayed, block, isPlace, hasMore: due.length > 1 };
};

/** @param {ReturnType<typeof choose>} next */
const sendOwn = async ({ video, isPlayed, block, isPlace, hasMore }) => {
  turns.begin();
  if (isPlace) sentBlock = block;
  const report = video?.report();
  // A tab that only delivers what another one played does not say that the reader is here.
  const answer = await post(words.progressUrl ?? '', isPlace ? block : undefined, report);
  if (video && report) await hear(video, report, answer, isPlayed);
  if (hasMore || waiting.other(videos)) schedule();
};

/**
 * @param {LessonVideo} video
 * @param {Report} report
 * @param {Response} answer
 * @param {boolean} isPlayed
 */
const hear = async (video, report, answer, isPlayed) => {
  if (answer.ok) video.take(await runsOf(answer), report.position);
  else if (answer.status >= 500) {
    video.isHere ||= isPlayed;
    schedule();
  }
};

const settle = () => { for (const video of videos.values()) video.settle(); };

const deliver = async () => {
  settle();
  const next = choose();
  try {
    if (next.video || next.isPlace) await sendOwn(next);
    else if (!turns.isSecond) await sendOther();
  } catch {
    // No network: sent again when it is back.
    if (next.isPlace) sentBlock = null;
    next.video?.owe();
    if (next.video && next.isPlayed) next.video.isHere = true;
  }
};

const sendNow = () => {
  settle();
  void turns.take();
};
const sendLast = () => {
  settle();
  void turns.take({ isLeaving: true });
};

// --- The page ---
const states = /** @type {Record<string, State>} */ (JSON.parse(words.videos ?? '{}'));
for (const [id, state] of Object.entries(states)) {
  const player = lesson.querySelector(`.player[data-video="${id}"]`);
  if (player instanceof HTMLElement && player.querySelector('video')) {
    videos.set(id, new LessonVideo(player, state, { words, waiting, schedule, send: sendNow, tell }));
  }
}
tell();
addEventListener('scroll', () => { hasMoved = true; schedule(); }, { passive: true });
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') sendLast(); });
addEventListener('pagehide', sendLast);
addEventListener('online', schedule);
addEventListener('storage', event => {
  if (event.key === waiting.key) for (const video of videos.values()) video.takeUp();
});
sendNow();
