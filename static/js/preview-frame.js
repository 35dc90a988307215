// Around a course that is previewed on a phone: the ways above the frame follow what is open in it.
import { need } from './shared/elements.js';

const frame = need(document, '.preview-phone', HTMLIFrameElement);

const follow = () => {
  const told = frame.contentDocument?.querySelector('[data-preview]');
  if (!(told instanceof HTMLElement)) return;
  const { drafts, published, page, phone, edit, act } = told.dataset;
  const ways = new Map(Object.entries({ drafts, published, page, phone, edit }));
  for (const link of document.querySelectorAll('[data-follow]')) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    const address = ways.get(link.dataset.follow ?? '');
    if (address) link.href = address;
    if (link.dataset.follow === 'edit' && act) link.textContent = act;
  }
  if (phone) history.replaceState(null, '', phone);
};
frame.addEventListener('load', follow);
if (frame.contentDocument?.readyState === 'complete') follow();
