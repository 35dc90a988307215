// Answers are sent as they are given. What cannot be sent stays in this browser, and is sent when the network is back.
import { Outbox } from './outbox.js';

const form = document.querySelector('#question');
const { user, attempt, position } = form.dataset;
const outbox = new Outbox(`escan:answers:${user}:${attempt}`);
const notices = Object.fromEntries(['not-kept', 'kept-here', 'load-again'].map(id => [id, document.getElementById(id)]));
// `shown` is for the form that is posted without this file.
const given = () => new URLSearchParams(
  [...new FormData(form)].filter(([name]) => name !== 'csrfmiddlewaretoken' && name !== 'shown'),
).toString();
// What the page showed, or what was put on its way since. An old page that nobody changed has nothing to say: the
// question may have been answered on another device.
let told = null;
let leave = null; // what to do when everything has arrived

const show = name => {
  for (const [id, notice] of Object.entries(notices)) notice.hidden = id !== name;
  document.getElementById('hand-in-waits').hidden = !(leave === handIn && !outbox.isEmpty);
};

// Whatever stands in the form is written over only by what this device has not sent yet.
const restore = () => {
  const kept = outbox.get(position);
  if (!kept) return;
  const values = new URLSearchParams(kept.body);
  for (const field of form.elements) {
    if (!field.name || field.type === 'hidden') continue;
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = values.getAll(field.name).includes(field.value);
    else field.value = values.get(field.name) ?? '';
  }
  form.dispatchEvent(new Event('answer:restored'));
};

// What was answered before this file had come.
const isGiven = field => (field.type === 'radio' || field.type === 'checkbox' ? field.checked !== field.defaultChecked
  : field.type !== 'hidden' && field.value !== (field.defaultValue ?? field.value));

const renew = html => {
  const state = new DOMParser().parseFromString(html, 'text/html').querySelector('#attempt-state');
  if (!state) return;
  // The answer of another question was on its way: the page stays at its own.
  for (const link of state.querySelectorAll('.qnav a')) {
    if (link.textContent === position) link.setAttribute('aria-current', 'step');
    else link.removeAttribute('aria-current');
  }
  document.querySelector('#attempt-state').replaceWith(state);
};

const send = async (place, entry) => {
  const address = form.action.replace(/\d+\/$/, `${place}/`);
  const body = new URLSearchParams(entry.body);
  body.set('device', entry.device);
  body.set('number', entry.number);
  const response = await fetch(address, {
    method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(15000),
    headers: { 'X-CSRFToken': form.elements.csrfmiddlewaretoken.value, 'HX-Request': 'true' },
  });
  if (response.headers.has('HX-Redirect')) {
    location.assign(response.headers.get('HX-Redirect')); // sign in again; the answer is sent on the way back
    return 'waits';
  }
  if (response.status === 409) {
    if (place === position) told = null; // it is tried again with the button
    const refusal = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('.flash');
    notices['not-kept'].querySelector('[data-reason]').textContent = refusal?.dataset.reason ?? '';
    return 'refused';
  }
  if (response.ok) {
    renew(await response.text());
    return 'kept';
  }
  return response.status === 429 || response.status >= 500 ? 'lost' : 'waits';
};

const deliver = async () => {
  form.classList.add('is-sending');
  const outcome = await outbox.flush(send);
  form.classList.remove('is-sending');
  if (outcome === 'kept' && !outbox.isEmpty) return deliver(); // one more was given in this very moment
  show({ lost: 'kept-here', waits: 'load-again', refused: 'not-kept' }[outcome]);
  if (outcome === 'refused') leave = null;
  if (leave && outbox.isEmpty) {
    const go = leave;
    leave = null;
    go();
  }
  return outcome;
};

const keep = () => {
  told = given();
  outbox.put(position, told);
  return deliver();
};

const handIn = () => document.querySelector('#hand-in').submit();

form.addEventListener('change', keep);
// What is being typed is kept here at once, and sent when the field is left: a number may be half written.
form.addEventListener('input', event => {
  if (['text', 'number'].includes(event.target.type)) outbox.put(position, given());
});
form.addEventListener('submit', event => {
  event.preventDefault();
  leave = () => {
    const next = document.querySelector(`.qnav a[aria-label][href$="?q=${Number(position) + 1}"]`);
    location.assign(next ? next.href : `?q=${position}`);
  };
  if (given() === told) deliver(); else keep();
});
document.addEventListener('submit', event => {
  if (event.target.id !== 'hand-in' || outbox.isEmpty) return;
  event.preventDefault();
  leave = handIn;
  deliver();
});
addEventListener('online', deliver);
addEventListener('pageshow', deliver);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden' ? given() !== told : !outbox.isEmpty) deliver();
});
outbox.retry = deliver;
if ([...form.elements].some(isGiven)) keep();
else {
  restore();
  if (!('refused' in form.dataset)) told = given(); // a refused answer stands in the form and is not kept
}
