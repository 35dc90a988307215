// Starts the worker that keeps opened lessons, and says when a page is a copy. Everything works without this file.
const root = document.documentElement, { worker, reader, kept, keep } = root.dataset;
const notice = document.querySelector('.away');
const show = (name, isShown = true) => { notice.querySelector(`[data-${name}]`).hidden = !isShown; };

// A stranger gets no worker; where somebody signed out, it learns of it and forgets that person's lessons.
const start = async () => {
  const isFirst = !navigator.serviceWorker.controller;
  if (reader) await navigator.serviceWorker.register(worker);
  else if (!await navigator.serviceWorker.getRegistration('/')) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ reader, keep: isFirst && keep !== undefined ? location.pathname : null });
};
if (worker && reader !== undefined && navigator.serviceWorker) start().catch(() => {});

if (kept) {
  const time = notice.querySelector('[data-copy] time');
  time.dateTime = kept;
  time.textContent = new Intl.DateTimeFormat(root.lang, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(kept));
  show('copy');
  addEventListener('online', () => { show('copy', false); show('unsent', false); show('back'); });
  addEventListener('offline', () => { show('copy'); show('back', false); });
}

// The browser would answer with an error page, and what was typed would be gone.
addEventListener('submit', event => {
  if (navigator.onLine || event.defaultPrevented || event.target.method !== 'post') return;
  event.preventDefault();
  show('unsent');
  notice.scrollIntoView({ block: 'nearest' });
});
addEventListener('online', () => show('unsent', false));
