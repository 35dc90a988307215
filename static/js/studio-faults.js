// Above an editor: what its draft lacks, asked again whenever the draft keeps itself; and ways to where it is mended.
// Without it the list is that of the page, and its ways lead there all the same.

import { closest } from './shared/elements.js';

const SOON = 400; // milliseconds, so that what was just kept is what is read

const panel = () => document.querySelector('[data-faults]');

const ask = async () => {
  const shown = panel();
  if (!(shown instanceof HTMLElement)) return;
  const answer = await fetch(shown.dataset.faults ?? '');
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.querySelector('.faults-of-draft');
  if (fresh) shown.replaceChildren(...fresh.childNodes);
};

// Wagtail's lists lead to a block by its path in the address. Blocks are built when the page has loaded.
/** @param {string} hash */
const find = hash => {
  const [start, path] = hash.split('#:w:contentpath=');
  if (start || !path) return null;
  /** @type {Element | null} */
  let found = document.body;
  for (const name of path.split('.')) found = found?.querySelector(`[data-contentpath="${CSS.escape(name)}"]`) ?? null;
  return found instanceof HTMLElement ? found : null;
};

/** @param {HTMLElement} place */
const bring = place => {
  for (let around = place.parentElement; around; around = around.parentElement) {
    if (around.hidden) around.hidden = false;
  }
  place.scrollIntoView({ block: 'center' });
  const field = place.querySelector('input:not([type=hidden]), textarea, select, [contenteditable=true], button');
  if (field instanceof HTMLElement) field.focus({ preventScroll: true });
};

const arrive = () => {
  const place = find(location.hash);
  if (place) bring(place);
};

/** @param {MouseEvent} event */
const follow = event => {
  const link = closest(event, '.faults a');
  if (!(link instanceof HTMLAnchorElement) || link.pathname !== location.pathname) return;
  const place = find(link.hash);
  if (!place) return;
  event.preventDefault();
  bring(place);
};

document.addEventListener('w-autosave:success', () => setTimeout(ask, SOON));
document.addEventListener('click', follow);
if (document.readyState === 'complete') arrive();
else addEventListener('load', () => setTimeout(arrive));
