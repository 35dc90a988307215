// Around a course that is previewed on a phone: the ways above the frame follow what is open in it.
import { need } from './shared/elements.js';

const frame = need(document, '.preview-phone', HTMLIFrameElement);

const follow = () => {
  // Elements of the frame are of its own window, and no instances of this one's classes.
  const told = frame.contentDocument?.querySelector('[data-preview]');
  if (!told) return;
  for (const link of document.querySelectorAll('[data-follow]')) {
    const way = link.getAttribute('data-follow') ?? '', address = told.getAttribute(`data-${way}`);
    if (address) link.setAttribute('href', address);
    if (way === 'edit') link.textContent = told.getAttribute('data-act') ?? '';
  }
  history.replaceState(null, '', told.getAttribute('data-phone'));
};
frame.addEventListener('load', follow);
follow(); // it may have come before this file
