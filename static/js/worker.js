// Keeps the lessons that a learner opened, so that they can be read without a connection (decision 27).
// `release` stands ahead of this file: escan/pages/offline.py puts it there.
// Three kinds of caches: `static` is anybody's, `lessons-<reader>` and `figures-<reader>` belong to one person.
const MOST_LESSONS = 60;
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000; // milliseconds: no copy outlives its owner's access by more
const PATIENCE = 8000; // milliseconds until a copy is better than a network that does not answer
const STATIC = /^\/static\/(css|img|js|vendor)\//;
const FIGURE = /^\/(?:figures|checks\/pictures)\/\d+\/\d+\/$/;
const OWN = /^(lessons|figures)-/;
// A picture that somebody uploaded and that is opened by itself is a document: nothing in it may run.
const NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** @param {string} url */
const pathOf = url => new URL(url).pathname;

/**
 * A full disk, a lost connection: then it is not kept.
 *
 * @param {Promise<unknown>} promise
 */
const mayFail = promise => promise.catch(() => undefined);

// --- What is kept ---

/** @param {string} html */
const namesIn = html => [...html.matchAll(/(?:href|src)="(\/[^"?#]+)"/g)].map(([, path]) => path ?? '');

/** @param {(name: string) => boolean} isUnwanted */
const deleteAll = async isUnwanted => {
  for (const name of await caches.keys()) if (isUnwanted(name)) await caches.delete(name);
};

/**
 * Nobody reads what another person opened on this device.
 *
 * @param {string} reader
 */
const belongTo = reader => deleteAll(name => OWN.test(name) && !name.endsWith(`-${reader}`));

// Takes away the files that neither this release nor a kept lesson names.
const sweep = async () => {
  const used = new Set([...release.files, release.offline]);
  const names = await caches.keys();
  for (const name of names.filter(name => name.startsWith('lessons-'))) {
    for (const copy of await (await caches.open(name)).matchAll()) namesIn(await copy.text()).forEach(path => used.add(path));
  }
  for (const name of names.filter(name => name === 'static' || name.startsWith('figures-'))) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) if (!used.has(pathOf(url))) await cache.delete(url);
  }
};

/** @param {string} path */
const keepStatic = async path => {
  const cache = await caches.open('static');
  if (!await cache.match(path)) await cache.add(path);
};

/**
 * From a bucket it comes by a link of another host: asked for so that its bytes can be kept, and answered as our own.
 *
 * @param {string} path
 * @param {string} reader
 */
const keepFigure = async (path, reader) => {
  if (await caches.match(path)) return;
  // The browser may hold the picture as an answer that only a page can show.
  const answer = await fetch(path).catch(() => fetch(path, { cache: 'reload' }));
  if (!answer.ok || !await caches.has(`lessons-${reader}`)) return;
  const headers = { 'Content-Type': answer.headers.get('Content-Type') ?? '', 'Content-Security-Policy': NO_SCRIPT };
  await (await caches.open(`figures-${reader}`)).put(path, new Response(await answer.blob(), { headers }));
};

/**
 * @param {string} html of a lesson
 * @param {string} reader
 * @param {boolean} isAsked whether the reader asked for it, whatever it weighs
 */
const keepFiles = async (html, reader, isAsked) => {
  const names = new Set(namesIn(html));
  for (const path of names) if (STATIC.test(path)) await mayFail(keepStatic(path));
  if (navigator.connection?.saveData && !isAsked) return;
  for (const path of names) if (FIGURE.test(path)) await mayFail(keepFigure(path, reader));
};

/**
 * @param {string} path
 * @param {string} html
 * @param {Response} answer
 * @param {string} reader
 * @param {boolean} isAsked
 */
const keepLesson = async (path, html, answer, reader, isAsked) => {
  const lessons = await caches.open(`lessons-${reader}`);
  const headers = new Headers(answer.headers);
  headers.set('X-Kept', new Date().toISOString());
  await lessons.delete(path); // so that the newest stands last
  await lessons.put(path, new Response(html, { headers }));
  const tooMany = (await lessons.keys()).slice(0, -MOST_LESSONS);
  for (const old of tooMany) await lessons.delete(old);
  await keepFiles(html, reader, isAsked);
  if (tooMany.length) await sweep();
};

/** @param {string[]} paths */
const forget = async (...paths) => {
  const name = (await caches.keys()).find(name => name.startsWith('lessons-'));
  if (!name) return;
  const lessons = await caches.open(name), gone = await Promise.all(paths.map(path => lessons.delete(path)));
  if (gone.includes(true)) await sweep();
};

/**
 * Only a page that says so is kept, and only for whom it says; access that ended takes its copy away.
 *
 * @param {string} path
 * @param {Response} answer
 * @param {boolean} isAsked
 */
const remember = async (path, answer, isAsked) => {
  if ([403, 404, 410].includes(answer.status)) await forget(path);
  const { headers } = answer;
  if (answer.status !== 200 || !headers.get('Content-Type')?.startsWith('text/html')) return;
  const html = await answer.text();
  const [tag] = html.match(/<html[^>]*>/) ?? [''];
  const reader = tag.match(/\sdata-reader="(\d*)"/)?.[1];
  if (reader === undefined) return;
  await belongTo(reader);
  const mayBeKept = /\sdata-keep[\s>]/.test(tag) && !headers.get('Cache-Control')?.includes('no-store');
  if (reader && mayBeKept) await keepLesson(path, html, answer, reader, isAsked);
};

/** @param {string} path */
const copyOf = async path => {
  const found = await caches.match(path), kept = found?.headers.get('X-Kept');
  if (!found || !kept) return found;
  if (Date.now() - Date.parse(kept) > KEPT_FOR) {
    await forget(path);
    return undefined;
  }
  const html = (await found.text()).replace(/<html\s/, `<html data-kept="${kept}" `);
  return new Response(html, { headers: found.headers });
};

// --- What is asked for ---

/** @param {FetchEvent} event */
const askNetwork = async event => {
  // The browser may have asked while this worker started (activate).
  const preloaded = /** @type {Response | undefined} */ (await event.preloadResponse);
  const answer = preloaded ?? await fetch(event.request);
  event.waitUntil(mayFail(remember(pathOf(event.request.url), answer.clone(), false)));
  return answer;
};

/** @param {FetchEvent} event */
const openPage = async event => {
  const path = pathOf(event.request.url), network = askNetwork(event);
  const impatient = new Promise(resolve => { setTimeout(resolve, PATIENCE); }).then(() => copyOf(path)).then(copy => copy ?? network);
  try {
    return await Promise.race([network, impatient]);
  } catch {
    return await copyOf(path) ?? await caches.match(release.offline) ?? Response.error();
  }
};

/** @param {FetchEvent} event */
const openStatic = async event => {
  const cache = await caches.open('static'), kept = await cache.match(event.request);
  if (kept && release.isFrozen) return kept;
  try {
    const answer = await fetch(event.request);
    if (answer.status === 200) event.waitUntil(mayFail(cache.put(event.request, answer.clone())));
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};

/** @param {FetchEvent} event */
const openFigure = async ({ request }) => await caches.match(request) ?? fetch(request.url).catch(() => fetch(request));

addEventListener('fetch', event => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  // What a page sends while it is being left would be lost on its way back from here to the page.
  if (request.keepalive) event.respondWith(fetch(request));
  else if (request.method !== 'GET') return;
  else if (request.mode === 'navigate') event.respondWith(openPage(event));
  else if (STATIC.test(pathname)) event.respondWith(openStatic(event));
  else if (FIGURE.test(pathname)) event.respondWith(openFigure(event));
});

// --- Life ---

const install = async () => {
  const cache = await caches.open('static');
  // A file that never changes under its name may come from the browser's own cache.
  const files = release.files.map(path => new Request(path, { cache: release.isFrozen ? 'default' : 'no-cache' }));
  await cache.addAll([...files, new Request(release.offline, { cache: 'no-cache' })]);
  await skipWaiting();
};

const activate = async () => {
  if ('navigationPreload' in registration) await registration.navigationPreload.enable();
  await clients.claim();
  await sweep();
};

/**
 * A page says who reads it, and whether it was opened before there was a worker; a course's page what its reader asks to
 * be kept, and what not any more (static/js/keep-course.js).
 *
 * @param {{ reader: string, keep: string | null, asked?: string, unwanted?: string[] }} told
 */
const listen = async ({ reader, keep, asked, unwanted = [] }) => {
  await belongTo(reader);
  if (reader && keep && !await caches.match(keep)) await remember(keep, await fetch(keep), false);
  if (reader && asked) await remember(asked, await fetch(asked), true);
  await forget(...unwanted);
};

addEventListener('install', event => { event.waitUntil(install()); });
addEventListener('activate', event => { event.waitUntil(activate()); });
addEventListener('message', event => {
  const told = /** @type {Parameters<typeof listen>[0]} */ (event.data);
  // Whoever waits for it looks into the caches for what has become of it.
  event.waitUntil(mayFail(listen(told)).then(() => { event.ports[0]?.postMessage(null); }));
});
