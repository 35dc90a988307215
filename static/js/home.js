// The front page: its figure opens enlarged, and its question is answered where it stands. Without this file the answer
// is a page of its own, by the same address.
import './figures.js';
import { closest } from './shared/elements.js';
import { valuesOf } from './shared/forms.js';

/** @param {string} address of the front page, with an answer or without */
const show = async address => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html'), next = page.querySelector('#try .q');
  const now = document.querySelector('#try .q');
  if (!next || !now) throw new Error('no question');
  now.replaceWith(next);
  /** @type {HTMLElement | null} */
  const told = next.querySelector('[data-told], input:not([type=hidden])');
  told?.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
  told?.scrollIntoView({ block: 'nearest' }); // a question with its picture may be higher than the screen
};

document.addEventListener('submit', event => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.closest('#try')) return;
  event.preventDefault();
  show(`/?${valuesOf(form)}`).catch(() => { form.submit(); });
});
document.addEventListener('click', event => {
  const again = closest(event, '#try a[data-again]');
  if (!(again instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  show('/').catch(() => { location.assign(again.href); });
});
