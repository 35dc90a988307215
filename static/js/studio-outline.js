// The outline of a course: rows are dragged by their grips, and a press moves without a new page. Without it the same
// presses are forms, and everything can be done by them.

import { closest, need } from './shared/elements.js';

/** @typedef {{ row: HTMLElement, isLesson: boolean }} Dragged */

const told = need(document, '[data-told]', HTMLElement);
const mark = document.createElement('div');
mark.className = 'outline-mark';
mark.setAttribute('aria-hidden', 'true');

/** @type {Dragged | null} */
let dragged = null;

const outline = () => need(document, '[data-outline]', HTMLElement);

const showGrips = () => {
  for (const grip of outline().querySelectorAll('[data-grip]')) if (grip instanceof HTMLElement) grip.hidden = false;
};

// What the page says after a move stands above it, and is read out.
/** @param {Document} page */
const tell = page => {
  const [here, there] = [document, page].map(each => each.querySelector('.messages'));
  if (here && there) here.replaceChildren(...there.childNodes);
  told.textContent = here?.textContent.trim() ?? '';
};

/** @param {string} id */
const focusOn = id => {
  const row = document.getElementById(id);
  row?.focus();
  const shown = row?.closest('[data-lesson], [data-module]');
  shown?.scrollIntoView({ block: 'nearest' });
  shown?.classList.add('is-moved');
};

/**
 * @param {FormData} moved
 * @param {string} id of what has the keyboard afterwards
 */
const send = async (moved, id) => {
  const shown = outline();
  shown.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(shown.dataset.move ?? '', { method: 'POST', body: moved });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    shown.replaceWith(need(page, '[data-outline]', HTMLElement));
    showGrips();
    tell(page);
    focusOn(id);
  } catch {
    // Offline, signed out or no longer there: the page itself says which.
    location.reload();
  }
};

/** @param {SubmitEvent} event */
const press = event => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.moves) return;
  event.preventDefault();
  void send(new FormData(form, event.submitter), event.submitter?.id || form.dataset.moves);
};

/** @param {DragEvent} event */
const begin = event => {
  const grip = closest(event, '[data-grip]');
  const row = grip?.closest('[data-lesson], [data-module]');
  if (!(row instanceof HTMLElement) || !event.dataTransfer) return;
  dragged = { row, isLesson: row.dataset.lesson !== undefined };
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', row.id);
  event.dataTransfer.setDragImage(row, 16, 16);
  row.classList.add('is-dragged');
};

// Where it would go: the list, and the row before which it stands there.
/**
 * @param {DragEvent} event
 * @param {Dragged} moving
 */
const aim = (event, { row, isLesson }) => {
  const list = isLesson ? closest(event, '[data-module]')?.querySelector('[data-lessons]') : outline().querySelector('[data-modules]');
  if (!(list instanceof HTMLElement)) return null;
  const others = [...list.children].filter(each => each !== row && each.matches('[data-lesson], [data-module]'));
  const before = others.find(each => {
    const box = each.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  return { list, before: before ?? null };
};

/** @param {DragEvent} event */
const over = event => {
  const aimed = dragged && aim(event, dragged);
  if (!aimed) return;
  event.preventDefault();
  aimed.list.insertBefore(mark, aimed.before);
};

/** @param {DragEvent} event */
const drop = event => {
  const aimed = dragged && aim(event, dragged);
  if (!dragged || !aimed) return;
  event.preventDefault();
  const { row, isLesson } = dragged;
  const moved = new FormData(need(row, 'form[data-moves]', HTMLFormElement));
  const before = aimed.before instanceof HTMLElement ? aimed.before.dataset : {};
  moved.set('before', (isLesson ? before.lesson : before.module) ?? '');
  if (isLesson) moved.set('to', aimed.list.closest('[data-module]')?.getAttribute('data-module') ?? '');
  void send(moved, row.id);
};

const end = () => {
  dragged?.row.classList.remove('is-dragged');
  mark.remove();
  dragged = null;
};

showGrips();
document.addEventListener('submit', press);
document.addEventListener('dragstart', begin);
document.addEventListener('dragover', over);
document.addEventListener('drop', drop);
document.addEventListener('dragend', end);
