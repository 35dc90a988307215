// The list of lessons that the worker keeps (static/js/worker.js), the newest first.
const [list, none, template] = ['[data-lessons]', '[data-none]', 'template'].map(name => document.querySelector(name));
const dates = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long' });

const entryOf = async (lessons, request) => {
  const answer = await lessons.match(request), page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const entry = template.content.cloneNode(true), link = entry.querySelector('a'), time = entry.querySelector('time');
  link.href = new URL(request.url).pathname;
  link.textContent = page.querySelector('h1').textContent;
  time.dateTime = answer.headers.get('X-Kept');
  time.textContent = dates.format(new Date(time.dateTime));
  entry.querySelector('p').textContent = page.querySelector('.kick').textContent;
  return entry;
};

const name = (await caches.keys()).find(cache => cache.startsWith('lessons-'));
const lessons = name && await caches.open(name);
for (const request of lessons ? (await lessons.keys()).reverse() : []) list.append(await entryOf(lessons, request));
list.hidden = !list.children.length;
none.hidden = !list.hidden;
if (location.pathname !== '/offline/') document.querySelectorAll('[data-failed]').forEach(part => { part.hidden = false; });
