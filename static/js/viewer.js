// The viewer of the reading room. The study stands in the page as JSON, the words of the interface in the template
// (templates/imaging/_viewer.html). Without this file the page's forms do the same.
import { closest, need } from './shared/elements.js';
import { fill } from './shared/words.js';
import { Acting } from './viewer/acting.js';
import { Asking, readAsked } from './viewer/asking.js';
import { Controls } from './viewer/controls.js';
import { Lens } from './viewer/lens.js';
import { Marking } from './viewer/marking.js';
import { Marks } from './viewer/marks.js';
import { Station } from './viewer/station.js';

/** @typedef {import('./viewer/hanging.js').View} View */
/**
 * @typedef {object} Study
 * @property {string} reading
 * @property {boolean} locked
 * @property {string} [note] stands under the name of each view, such as "Synthetic"
 * @property {View[]} views
 * @property {View[]} [priors]
 * @property {import('./viewer/marks.js').SentMark[]} marks
 * @property {import('./viewer/marking.js').Words} words
 * @property {import('./viewer/signs.js').Region[] | null} truth
 * @property {{ marks: string, page: string, ask?: string }} addresses `ask` where additional views can be asked for
 */

const root = need(document, '[data-viewer]', HTMLElement), { dataset } = root;
/** @type {Study} */
const study = JSON.parse(need(document, '#study', HTMLScriptElement).text);

root.hidden = false;
const views = [...study.views, ...study.priors ?? []];
const marks = new Marks(study, dataset.token ?? '');
const station = new Station(root, { views: study.views, priors: study.priors ?? [], note: study.note ?? '' });
const marking = new Marking(root, station, marks, study.words, study.locked);
const lens = new Lens(need(root, '[data-lens]', HTMLElement), need(root, '[data-lens-film]', HTMLElement), views);
const { ask } = study.addresses;
const asking = new Asking(root, station, ask === undefined || study.locked ? null : body => marks.send(ask, body));
const acting = new Acting(station, marking, lens, asking, dataset);
const controls = new Controls(root, station, acting, marking);

/** @param {import('./viewer/pane.js').Pane} pane */
const serve = pane => {
  marking.serve(pane);
  acting.serve(pane);
  pane.signs.showTruth(study.truth ?? []);
};
for (const pane of station.panes.values()) serve(pane);
station.onPane = (/** @type {import('./viewer/pane.js').Pane} */ pane) => {
  serve(pane);
  marking.show();
};
acting.onAim = (/** @type {string} */ text) => { controls.tell(text); };
asking.onTold = (/** @type {string} */ text) => { controls.tell(text); };

// What was asked for is there: the page's list says so, whenever it was renewed.
document.addEventListener('htmx:afterSettle', () => {
  for (const view of readAsked()) {
    if (station.views.some(({ key }) => key === view.key)) continue;
    lens.add(view);
    station.add(view);
    controls.tell(fill(dataset.askCame, { view: view.label }));
  }
});

// --- What becomes of the marks ---

/** @type {Record<import('./viewer/marks.js').News, string | undefined>} */
const news = {
  waiting: dataset.newsWaiting, saved: dataset.newsSaved, refused: dataset.newsRefused, held: dataset.newsHeld, reload: dataset.newsReload,
};
marks.onNews = (/** @type {import('./viewer/marks.js').News} */ kind, /** @type {string} */ reason) => {
  controls.tell([fill(news[kind], { number: String(marks.waiting) }), reason].filter(Boolean).join(' '));
};
const flush = () => { void marks.flush(); };
addEventListener('online', flush);
addEventListener('online', () => { for (const pane of station.panes.values()) pane.reload(); });
addEventListener('pageshow', flush);
document.addEventListener('visibilitychange', flush);

/** Says which marks only their reader can settle. Returns whether there are any. */
const holdsBack = () => {
  const { unfinished, refused } = marks;
  if (unfinished) controls.tell(fill(dataset.newsUnfinished, { number: String(unfinished) }));
  else if (refused) controls.tell(fill(dataset.newsUnsaved, { number: String(refused) }));
  return unfinished + refused > 0;
};

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
const lock = async (form, submitter) => { if (await marks.flush() && !holdsBack()) form.requestSubmit(submitter); };

// A reading is not locked while a mark has no words, was refused, or has not arrived. What only keeps the answer may go on.
document.addEventListener('submit', event => {
  const form = closest(event, 'form');
  if (!(form instanceof HTMLFormElement) || !event.submitter?.matches('[data-locks]')) return;
  if (holdsBack()) event.preventDefault();
  else if (marks.waiting) {
    event.preventDefault();
    void lock(form, event.submitter);
  }
});

station.start();
marking.show();
controls.show();
