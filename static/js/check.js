// A check whose answer did not arrive stays as it is and says so. A member's answer is kept in this browser and sent
// again when the network is back, or when the lesson is opened the next time.
import { whenOld } from './shared/arrival.js';
import { closest } from './shared/elements.js';
import { isTouched, restore, valuesOf } from './shared/forms.js';
import { keepText, readText } from './shared/storage.js';

const { reader = '' } = document.documentElement.dataset;

/** @param {string} address of the check */
const keyOf = address => `escan:check:${reader}:${new URL(address).pathname}`;

/** @param {string} address */
const read = address => new URLSearchParams(readText(keyOf(address)) ?? '');

/** @param {HTMLFormElement} form */
const forget = form => keepText(keyOf(form.action), '');

/** @param {HTMLFormElement} form */
const keep = form => keepText(keyOf(form.action), valuesOf(form).toString()); // if not, the page itself still has it

/**
 * @param {Element | null | undefined} element
 * @returns {HTMLFormElement | null}
 */
const checkOf = element => element?.closest('.lesson-check form.q') ?? null;

/** @param {HTMLFormElement} form */
const sendAgain = form => {
  const kept = read(form.action);
  if (!kept.size) return;
  if (kept.get('revision') !== valuesOf(form).get('revision')) { // it is another question by now
    forget(form);
    return;
  }
  restore(form, kept);
  form.requestSubmit();
};

/** @returns {NodeListOf<HTMLFormElement>} */
const allChecks = () => document.querySelectorAll('.lesson-check form.q');

for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.addEventListener(name, event => {
    /** @type {HTMLFormElement | null} */
    const form = closest(event, '.lesson-check form.q');
    /** @type {HTMLElement | null | undefined} */
    const notice = form?.querySelector('.unsent');
    if (notice) notice.hidden = false;
    if (form && reader) keep(form);
  });
}
// Without the network nothing is tried, which would only fill the console with errors.
document.addEventListener('htmx:beforeRequest', event => {
  if (navigator.onLine) return;
  event.preventDefault();
  event.target?.dispatchEvent(new CustomEvent('htmx:sendError', { bubbles: true }));
});
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const form = checkOf(detail.requestConfig?.elt);
  if (form && reader && detail.shouldSwap) forget(form); // answered, or refused with a reason
});
/** @param {Element} check */
const takeUp = check => {
  /** @type {HTMLFormElement | null} */
  const form = check.querySelector('form.q');
  /** @type {HTMLAnchorElement | null} */
  const again = check.querySelector('a[href$="?again"]');
  if (form) sendAgain(form);
  else if (again && read(again.href).size) again.click(); // an answer before this one is shown: to the question
};

// It happens in a check that was fetched; and in the whole page once htmx has seen it, with the checks that stand in it.
document.addEventListener('htmx:load', event => {
  if (!reader) return;
  const check = closest(event, '.lesson-check');
  if (check) takeUp(check);
  else if (event.target === document.body) document.querySelectorAll('.lesson-check').forEach(takeUp);
});
// A check that somebody is answering stays.
whenOld(() => {
  if (!reader) return;
  for (const check of document.querySelectorAll('.lesson-check')) {
    const form = check.querySelector('form.q');
    const isGiven = form instanceof HTMLFormElement && (isTouched(form) || read(form.action).size);
    if (!isGiven) check.dispatchEvent(new Event('check:again'));
  }
});
addEventListener('online', () => {
  if (reader) allChecks().forEach(sendAgain);
});
// What was said of an answer does not stand above the next one.
document.addEventListener('input', event => {
  const form = closest(event, '.lesson-check form.q');
  if (!form) return;
  form.querySelector('.flash.error:not(.unsent)')?.remove();
  /** @type {HTMLElement | null} */
  const notice = form.querySelector('.unsent');
  if (notice) notice.hidden = true;
});
