// Answers are sent as they are given. What cannot be sent stays in this browser, and is sent when the network is back.
import { Outbox } from './outbox.js';
import { closest, need } from './shared/elements.js';
import { isTouched, restore, valuesOf } from './shared/forms.js';

/** @typedef {import('./outbox.js').Entry} Entry */
/** @typedef {import('./outbox.js').Outcome} Outcome */

const PATIENCE = 15000; // milliseconds
const form = need(document, '#question', HTMLFormElement);
const { user = '', attempt = '', position = '' } = form.dataset;
const outbox = new Outbox(`escan:answers:${user}:${attempt}`);
const notices = new Map(['not-kept', 'kept-here', 'load-again'].map(id => [id, need(document, `#${id}`, HTMLElement)]));
// The notice for what became of the last answer; what was kept needs none.
const noticeOf = new Map([['lost', 'kept-here'], ['waits', 'load-again'], ['refused', 'not-kept']]);
// `shown` is for the form that is posted without this file.
const given = () => valuesOf(form, 'shown').toString();
/**
 * What the page showed, or what was put on its way since. An old page that nobody changed has nothing to say: the
 * question may have been answered on another device.
 *
 * @type {string | null}
 */
let told = null;
/** @type {(() => void) | null} what to do when everything has arrived */
let leave = null;

const handIn = () => { need(document, '#hand-in', HTMLFormElement).submit(); };

/** @param {string | undefined} name */
const show = name => {
  for (const [id, notice] of notices) notice.hidden = id !== name;
  need(document, '#hand-in-waits', HTMLElement).hidden = !(leave === handIn && !outbox.isEmpty);
};

/** @param {string} html */
const parse = html => new DOMParser().parseFromString(html, 'text/html');

/** @param {string} html */
const renew = html => {
  const state = parse(html).querySelector('#attempt-state');
  if (!state) return;
  // The answer of another question was on its way: the page stays at its own.
  for (const link of state.querySelectorAll('.qnav a')) {
    if (link.textContent === position) link.setAttribute('aria-current', 'step');
    else link.removeAttribute('aria-current');
  }
  const old = need(document, '#attempt-state', HTMLElement), active = document.activeElement;
  const place = [...old.querySelectorAll('a, button')].findIndex(one => one === active);
  old.replaceWith(state);
  /** @type {HTMLElement | undefined} whoever went on by keyboard while the answer was on its way stays there */
  const same = [...state.querySelectorAll('a, button')].filter(one => one instanceof HTMLElement)[place];
  same?.focus();
};

/**
 * @param {string} place
 * @param {Entry} entry
 */
const post = (place, entry) => {
  const body = new URLSearchParams(entry.body);
  body.set('device', entry.device);
  body.set('number', String(entry.number));
  const token = need(form, '[name=csrfmiddlewaretoken]', HTMLInputElement).value;
  return fetch(form.action.replace(/\d+\/$/, `${place}/`), {
    method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE),
    headers: { 'X-CSRFToken': token, 'HX-Request': 'true' },
  });
};

/**
 * @param {string} place
 * @param {Response} answer
 */
const refuse = async (place, answer) => {
  if (place === position) told = null; // it is tried again with the button
  /** @type {HTMLElement | null} */
  const refusal = parse(await answer.text()).querySelector('.flash');
  need(document, '#not-kept [data-reason]', HTMLElement).textContent = refusal?.dataset.reason ?? '';
};

/**
 * @param {string} place
 * @param {Entry} entry
 * @returns {Promise<Outcome>}
 */
const send = async (place, entry) => {
  const answer = await post(place, entry), elsewhere = answer.headers.get('HX-Redirect');
  if (elsewhere !== null) {
    location.assign(elsewhere); // sign in again; the answer is sent on the way back
    return 'waits';
  }
  if (answer.status === 409) {
    await refuse(place, answer);
    return 'refused';
  }
  if (answer.ok) {
    renew(await answer.text());
    return 'kept';
  }
  return answer.status === 429 || answer.status >= 500 ? 'lost' : 'waits';
};

/** @returns {Promise<void>} */
const deliver = async () => {
  form.classList.add('is-sending');
  const outcome = await outbox.flush(send);
  form.classList.remove('is-sending');
  if (outcome === 'kept' && !outbox.isEmpty) { // one more was given in this very moment
    await deliver();
    return;
  }
  show(noticeOf.get(outcome));
  if (outcome === 'refused') leave = null;
  if (!leave || !outbox.isEmpty) return;
  const go = leave;
  leave = null;
  go();
};
const deliverNow = () => { void deliver(); };

// Across or down alone is no place yet: it waits for its other half.
const isHalf = () => [...form.querySelectorAll('[data-together]')].some(group => {
  const fields = [...group.querySelectorAll('input')];
  return fields.some(field => field.value) && !fields.every(field => field.value);
});

const keep = () => {
  told = given();
  outbox.put(position, told);
  deliverNow();
};

const goOn = () => {
  /** @type {HTMLAnchorElement | null} */
  const next = document.querySelector(`.qnav a[aria-label][href$="?q=${Number(position) + 1}"]`);
  location.assign(next ? next.href : `?q=${position}`);
};

form.addEventListener('change', () => { if (!isHalf()) keep(); });
// What is being typed is kept here at once, and sent when the field is left: a number may be half written.
form.addEventListener('input', ({ target }) => {
  if (target instanceof HTMLInputElement && ['text', 'number'].includes(target.type) && !isHalf()) outbox.put(position, given());
});
form.addEventListener('submit', event => {
  event.preventDefault();
  leave = goOn;
  if (given() === told) deliverNow();
  else keep();
});
document.addEventListener('submit', event => {
  if (!closest(event, '#hand-in') || outbox.isEmpty) return;
  event.preventDefault();
  leave = handIn;
  deliverNow();
});
addEventListener('online', deliverNow);
addEventListener('pageshow', deliverNow);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden' ? given() !== told : !outbox.isEmpty) deliverNow();
});
outbox.retry = deliverNow;
// An answer that was given before this file had come is new. Else the form shows what this device has not sent yet, which
// alone is written over what stands there. A refused answer stands in the form and is not kept.
if (isTouched(form)) {
  keep();
} else {
  const kept = outbox.get(position);
  if (kept) restore(form, new URLSearchParams(kept.body));
  if (!('refused' in form.dataset)) told = given();
}
