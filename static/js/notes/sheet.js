// The sheet in which a note is written, the list of what is kept, and how both reach the server.
import { need } from '../shared/elements.js';
import { fill } from '../shared/words.js';
import { draw } from './drawing.js';

/**
 * What a note is about: words of a block, one of its paragraphs, or a second of its video.
 *
 * @typedef {object} About
 * @property {string | undefined} [block]
 * @property {string | undefined} [second]
 * @property {string | undefined} [place]
 * @property {string | undefined} [quote]
 * @property {string | undefined} [before]
 * @property {string | undefined} [after]
 */

const section = need(document, '[data-notes]', HTMLElement), text = need(document, '.lesson', HTMLElement);
const list = need(section, '[data-list]', HTMLElement), status = need(section, '[data-status]', HTMLElement);
const sheet = need(section, 'dialog', HTMLDialogElement), form = need(sheet, 'form', HTMLFormElement);
const undone = need(sheet, '[data-undone]', HTMLElement), slot = need(sheet, '[data-slot]', HTMLElement);
const own = need(form, '[name=text]', HTMLTextAreaElement), remove = need(form, '[data-delete]', HTMLButtonElement);

/** @param {string} kind */
const byKind = kind => need(form, `[value=${kind}]`, HTMLButtonElement);

// --- What is kept

/** @returns {HTMLElement[]} */
const cards = () => [...list.querySelectorAll('[data-note]')].filter(card => card instanceof HTMLElement);

/** @param {string} id */
export const cardOf = id => cards().find(card => card.dataset.note === id);

/** Marks in the lesson what the list tells. */
export const begin = () => {
  const withNotes = new Set(cards().map(card => card.dataset.block));
  for (const block of text.querySelectorAll('[data-block]')) {
    block.classList.toggle('has-note', withNotes.has(block.getAttribute('data-block') ?? undefined));
  }
  draw(text, cards());
};

/** @param {string} html */
const show = html => {
  list.innerHTML = html;
  begin();
};

/**
 * Returns the list of notes. Raises an error with words for the reader.
 *
 * @param {string} url
 * @param {URLSearchParams} [body] without it, nothing is changed
 */
const ask = async (url, body) => {
  const failed = section.dataset.failed ?? '';
  const answer = await fetch(url, { method: body ? 'POST' : 'GET', body: body ?? null, headers: { 'HX-Request': 'true' } })
    .catch(() => { throw new Error(failed); });
  const words = await answer.text();
  if (answer.ok && !answer.redirected) return words;
  const isForReader = answer.status === 400 && answer.headers.get('Content-Type')?.startsWith('text/plain');
  throw new Error(isForReader ? words : failed);
};

/**
 * @param {Element} where
 * @param {string} words
 */
const tell = (where, words) => {
  const error = need(where, ':scope > [data-error], form > [data-error]', HTMLElement);
  error.textContent = words;
  error.hidden = !words;
};

/** @param {boolean} isInSheet whether the note was deleted there */
const offerUndo = isInSheet => {
  const undo = list.querySelector('[data-undo]');
  if (!undo) return;
  if (isInSheet) {
    slot.replaceChildren(undo);
    form.hidden = true;
    undone.hidden = false;
  }
  undo.querySelector('button')?.focus();
};

/**
 * @param {HTMLFormElement} from
 * @param {HTMLElement | null} button
 */
const post = (from, button) => {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(from, button)) if (typeof value === 'string') body.append(name, value);
  return ask(button?.getAttribute('formaction') ?? from.getAttribute('action') ?? '', body);
};

/**
 * @param {HTMLFormElement} from
 * @param {HTMLElement | null} button
 */
const submit = async (from, button) => {
  const isOwn = from === form;
  tell(section, '');
  tell(sheet, '');
  try {
    show(await post(from, button));
    if (button !== remove) sheet.close();
    status.textContent = isOwn ? section.dataset.kept ?? '' : '';
    offerUndo(isOwn);
  } catch (error) {
    if (isOwn && !sheet.open) sheet.showModal();
    tell(sheet.open ? sheet : section, error instanceof Error ? error.message : '');
  }
};

let isBusy = false;
section.addEventListener('submit', event => {
  event.preventDefault();
  if (isBusy || !(event.target instanceof HTMLFormElement)) return;
  isBusy = true;
  void submit(event.target, event.submitter).finally(() => { isBusy = false; });
});

/** Fetches what is kept. What the page has stays where it cannot be fetched. */
export const load = async () => {
  const html = await ask(section.dataset.notes ?? '').catch(() => null);
  if (html !== null) show(html);
};

// --- The sheet

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

/**
 * A highlight needs words; a bookmark is for what has none.
 *
 * @param {boolean} hasWords
 * @param {boolean} isKept whether there is a note already
 */
const showButtons = (hasWords, isKept) => {
  byKind('highlight').hidden = isKept || !hasWords;
  byKind('bookmark').hidden = isKept || hasWords;
  remove.hidden = !isKept;
};

/**
 * @param {About} about
 * @param {string} title what it is about, if it is no words
 * @param {HTMLElement} [card] of the note that is edited
 */
const prepare = (about, title, card) => {
  need(form, '[name=key]', HTMLInputElement).value = newKey();
  for (const name of /** @type {const} */ (['block', 'second', 'place', 'quote', 'before', 'after'])) {
    need(form, `[name=${name}]`, HTMLInputElement).value = about[name] ?? '';
  }
  own.value = card?.querySelector('.own-text')?.textContent ?? '';
  form.setAttribute('action', card?.dataset.url ?? section.dataset.notes ?? '');
  need(form, '[data-about]', HTMLElement).textContent = about.quote || title;
  showButtons(Boolean(about.quote), Boolean(card));
  if (card) remove.setAttribute('formaction', card.dataset.deleteUrl ?? '');
  form.hidden = false;
  undone.hidden = true;
  tell(sheet, '');
};

export const isOpen = () => sheet.open;

/** @type {typeof prepare} */
export const write = (about, title, card) => {
  prepare(about, title, card);
  sheet.showModal();
  own.focus();
};

/**
 * @param {'highlight' | 'bookmark'} kind
 * @param {About} about
 */
export const keep = (kind, about) => {
  prepare(about, '');
  form.requestSubmit(byKind(kind));
};

/** @param {string} time */
export const titleAt = time => fill(section.dataset.at, { time });

/** @param {HTMLElement} card */
export const edit = card => {
  const { block, quote, before, after, time } = card.dataset;
  const title = time ? titleAt(time) : card.querySelector('.place')?.textContent ?? '';
  write({ block, quote, before, after }, title, card);
};

sheet.addEventListener('click', ({ target }) => {
  if (target === sheet || (target instanceof Element && target.closest('[data-close]'))) sheet.close();
});
