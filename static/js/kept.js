// The list of lessons that the worker keeps (static/js/worker.js), the newest first.
import { need } from './shared/elements.js';
import { day } from './shared/words.js';

const list = need(document, '[data-lessons]', HTMLElement), none = need(document, '[data-none]', HTMLElement);
const template = need(document, 'template', HTMLTemplateElement);

/**
 * @param {Cache} lessons
 * @param {Request} request
 */
const entryOf = async (lessons, request) => {
  const answer = await lessons.match(request);
  if (!answer) return '';
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const entry = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const link = need(entry, 'a', HTMLAnchorElement), time = need(entry, 'time', HTMLTimeElement);
  link.href = new URL(request.url).pathname;
  link.textContent = need(page, 'h1', HTMLElement).textContent;
  time.dateTime = answer.headers.get('X-Kept') ?? '';
  time.textContent = day(new Date(time.dateTime));
  need(entry, 'p', HTMLElement).textContent = need(page, '.kick', HTMLElement).textContent;
  return entry;
};

const name = (await caches.keys()).find(cache => cache.startsWith('lessons-'));
if (name !== undefined) {
  const lessons = await caches.open(name);
  for (const request of [...await lessons.keys()].reverse()) list.append(await entryOf(lessons, request));
}
list.hidden = !list.children.length;
none.hidden = !list.hidden;
/** @type {NodeListOf<HTMLElement>} */
const parts = document.querySelectorAll('[data-failed]');
if (location.pathname !== '/offline/') parts.forEach(part => { part.hidden = false; });
