// Starts the worker that keeps opened lessons, and says when a page is a copy. Everything works without this file.
import { moment } from './shared/words.js';

const root = document.documentElement, { worker, reader, kept, keep } = root.dataset;

const notice = document.querySelector('.away');

/**
 * @param {'copy' | 'unsent' | 'back'} name
 * @param {boolean} isShown
 */
const show = (name, isShown = true) => {
  /** @type {HTMLElement | null | undefined} */
  const part = notice?.querySelector(`[data-${name}]`);
  if (part) part.hidden = !isShown;
};

// A stranger gets no worker; where somebody signed out, it learns of it and forgets that person's lessons.
/** @param {string} address */
const start = async address => {
  const isFirst = !navigator.serviceWorker.controller;
  if (reader) await navigator.serviceWorker.register(address);
  else if (!await navigator.serviceWorker.getRegistration('/')) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ reader, keep: isFirst && keep !== undefined ? location.pathname : null });
};
// A page without https may have no worker, and a private window may refuse it.
if (worker && reader !== undefined && 'serviceWorker' in navigator) start(worker).catch(() => {});

if (kept) {
  const time = notice?.querySelector('[data-copy] time');
  if (time instanceof HTMLTimeElement) {
    time.dateTime = kept;
    time.textContent = moment(new Date(kept));
  }
  show('copy');
  addEventListener('online', () => { show('copy', false); show('unsent', false); show('back'); });
  addEventListener('offline', () => { show('copy'); show('back', false); });
}

// The browser would answer with an error page, and what was typed would be gone.
addEventListener('submit', event => {
  const form = event.target;
  if (navigator.onLine || event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== 'post') return;
  event.preventDefault();
  show('unsent');
  notice?.scrollIntoView({ block: 'nearest' });
});
addEventListener('online', () => { show('unsent', false); });
