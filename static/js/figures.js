// Figures open enlarged in a dialog, panel by panel. Without this file the link shows the picture by itself.
import { closest, need } from './shared/elements.js';

const viewer = need(document, '.viewer', HTMLDialogElement);
const title = need(viewer, 'h2', HTMLElement), count = need(viewer, 'header p', HTMLElement);
const picture = need(viewer, 'img', HTMLImageElement), text = need(viewer, 'footer p', HTMLElement);
/** @type {NodeListOf<HTMLElement>} */
const steps = viewer.querySelectorAll('[data-step]');
/** @type {HTMLElement[]} */
let links = [];
let at = 0;

/**
 * Words under the picture, unless they are hidden so that a reader can guess.
 *
 * @param {Element} panel
 * @param {string} selector
 */
const find = (panel, selector) => {
  if (panel.closest('.pair')?.querySelector('.conceal input:checked')) return undefined;
  return panel.querySelector(`:scope:not(.unnamed) .cap ${selector}`)?.textContent;
};

/** @param {number} index of a panel; past the last comes the first */
const show = index => {
  at = (index + links.length) % links.length;
  const link = links[at], panel = link?.closest('li') ?? link?.closest('figure');
  if (!link || !panel) return;
  const image = need(link, 'img', HTMLImageElement);
  picture.src = image.currentSrc || image.src;
  picture.alt = image.alt;
  picture.width = image.width;
  picture.height = image.height;
  title.textContent = find(panel, 'b') ?? 'Figure';
  text.textContent = find(panel, 'span') ?? '';
  count.textContent = links.length > 1 ? `${at + 1} of ${links.length}` : '';
  steps.forEach(button => { button.hidden = links.length < 2; });
};

document.addEventListener('click', event => {
  const link = closest(event, 'a.zoom'), figure = link?.closest('figure');
  if (!link || !figure || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  links = [...figure.querySelectorAll('a.zoom')].filter(each => each instanceof HTMLElement);
  show(links.indexOf(link));
  viewer.showModal();
});
// The browser keeps the focus inside, closes on Escape and gives the focus back to the link.
viewer.addEventListener('click', event => {
  const button = closest(event, 'button');
  if (button?.dataset.step) show(at + Number(button.dataset.step));
  else if (button || event.target === viewer) viewer.close();
});
viewer.addEventListener('keydown', event => {
  const step = new Map([['ArrowLeft', -1], ['ArrowRight', 1]]).get(event.key);
  if (step && links.length > 1) show(at + step);
});
viewer.addEventListener('close', () => { links[at]?.focus({ preventScroll: true }); });
