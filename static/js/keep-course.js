// Keeps all lessons of a course on this device, one after the other, and takes them away again. The worker does both
// (static/js/worker.js); what is kept is read from its caches, so that the page tells what is true.
import { need } from './shared/elements.js';
import { day, fill } from './shared/words.js';

const { reader } = document.documentElement.dataset;
const PATIENCE = 60_000; // milliseconds until a worker that does not answer is taken to have ended
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000; // milliseconds: as in the worker, which shows no older copy

/** @param {HTMLElement} section */
const partsOf = section => {
  /** @param {string} name */
  const button = name => need(section, `[data-${name}]`, HTMLButtonElement);
  return {
    texts: section.dataset,
    // The last first: the list of what is kept begins with what was kept last.
    paths: (section.dataset.keepCourse ?? '').split(' ').toReversed(),
    told: need(section, '[data-told]', HTMLElement),
    bar: need(section, 'progress', HTMLProgressElement),
    keep: button('keep'),
    anew: button('anew'),
    stop: button('stop'),
    remove: button('remove'),
  };
};
/** @typedef {ReturnType<typeof partsOf>} Parts */

/**
 * Tells the worker, and waits until it has done what it could.
 *
 * @param {{ asked?: string, unwanted?: string[] }} wish
 */
const tell = async wish => {
  const { active } = await navigator.serviceWorker.ready, { port1, port2 } = new MessageChannel();
  await new Promise(resolve => {
    port1.addEventListener('message', resolve, { once: true });
    port1.start();
    active?.postMessage({ reader, keep: null, ...wish }, [port2]);
    setTimeout(resolve, PATIENCE);
  });
};

/**
 * Returns when each of these lessons was kept; nothing for those that are not.
 *
 * @param {string[]} paths
 */
const whenKept = paths => Promise.all(paths.map(async path => {
  const moment = (await caches.match(path))?.headers.get('X-Kept') ?? '';
  return Date.now() - Date.parse(moment) < KEPT_FOR ? moment : '';
}));

/** @param {Parts} parts */
const show = async ({ texts, paths, told, bar, keep, anew, stop, remove }) => {
  const moments = (await whenKept(paths)).filter(Boolean).sort(), kept = moments.length, all = paths.length;
  const [oldest] = moments, isEvery = kept === all;
  const values = { kept: String(kept), all: String(all), day: oldest ? day(new Date(oldest)) : '' };
  told.textContent = fill(isEvery ? texts.every : kept ? texts.some : texts.none, values);
  bar.hidden = stop.hidden = true;
  [keep.hidden, anew.hidden, remove.hidden] = [isEvery, !isEvery, !kept];
};

/**
 * @param {Parts} parts
 * @param {string[]} wanted
 */
const keepAll = async (parts, wanted) => {
  const { texts, paths, told, bar, keep, anew, stop, remove } = parts, all = paths.length, pressed = new AbortController();
  stop.addEventListener('click', () => { pressed.abort(); }, { once: true });
  [keep.hidden, anew.hidden, remove.hidden, stop.hidden, bar.hidden] = [true, true, true, false, false];
  stop.focus();
  let isMissing = false;
  for (const [index, path] of wanted.entries()) {
    bar.value = all - wanted.length + index;
    told.textContent = fill(texts.busy, { kept: String(bar.value + 1), all: String(all) });
    await tell({ asked: path });
    isMissing = !(await whenKept([path])).join('');
    if (isMissing || pressed.signal.aborted) break;
  }
  await show(parts);
  if (isMissing) told.textContent += ` ${texts.failed}`;
  [keep, remove].find(button => !button.hidden)?.focus();
};

/** @param {Parts} parts */
const keepMissing = async parts => {
  const moments = await whenKept(parts.paths);
  await keepAll(parts, parts.paths.filter((_, index) => !moments[index]));
};

/** @param {Parts} parts */
const removeAll = async parts => {
  await tell({ unwanted: parts.paths });
  await show(parts);
  parts.keep.focus();
};

/** @type {HTMLElement | null} */
const section = document.querySelector('[data-keep-course]');
// Where a browser keeps nothing, or no worker starts, there is nothing to offer.
if (section && reader && 'serviceWorker' in navigator) {
  await navigator.serviceWorker.ready;
  const parts = partsOf(section);
  parts.keep.addEventListener('click', () => { void keepMissing(parts); });
  parts.anew.addEventListener('click', () => { void keepAll(parts, parts.paths); });
  parts.remove.addEventListener('click', () => { void removeAll(parts); });
  await show(parts);
  section.hidden = false;
}
