// An expert draws what is true of a study, on the viewer that readers have. The form below it is what is saved; without
// this file outlines are numbers and words there.
import { closest, need } from './shared/elements.js';
import { Drawing } from './truths/drawing.js';
import { Findings } from './truths/findings.js';
import { Saving } from './truths/saving.js';
import { Acting } from './viewer/acting.js';
import { Asking } from './viewer/asking.js';
import { Controls } from './viewer/controls.js';
import { Lens } from './viewer/lens.js';
import { Station } from './viewer/station.js';

/** @typedef {import('./viewer/pane.js').Pane} Pane */

const page = need(document, '[data-drawing]', HTMLElement), words = page.dataset;
const root = need(page, '[data-viewer]', HTMLElement);
const form = need(document, 'form[data-opinion]', HTMLFormElement);
/** @type {{ views: import('./viewer/hanging.js').View[], note: string }} */
const study = JSON.parse(need(document, '#study', HTMLScriptElement).text);

root.hidden = false;
// The tool that marks for readers draws for experts.
const tool = need(root, '[data-tool=mark]', HTMLElement);
tool.title = words.drawTitle ?? '';
tool.lastChild?.replaceWith(words.draw ?? '');
root.dataset.hintMark = words.hintDraw ?? '';

const findings = new Findings(form, words.findingTitle);
const station = new Station(root, { views: study.views, priors: [], note: study.note });
const drawing = new Drawing(station, findings, words);
const lens = new Lens(need(root, '[data-lens]', HTMLElement), need(root, '[data-lens-film]', HTMLElement), study.views);
const acting = new Acting(station, drawing, lens, new Asking(root, station, null), root.dataset);
const controls = new Controls(root, station, acting, drawing);

/** @param {Pane} pane */
const serve = pane => {
  drawing.serve(pane);
  acting.serve(pane);
};
for (const pane of station.panes.values()) serve(pane);
station.onPane = serve;
const showControls = station.onChange;
station.onChange = () => {
  showControls();
  drawing.show();
};
acting.onAim = (/** @type {string} */ text) => { controls.tell(text); };
drawing.tell = (/** @type {string} */ text) => { controls.tell(text); };

// --- The tools of drawing ---

const tools = need(page, '[data-drawing-tools]', HTMLElement), what = need(page, '[data-drawing-what]', HTMLElement);
const undo = need(tools, '[data-undo]', HTMLButtonElement), redo = need(tools, '[data-redo]', HTMLButtonElement);
tools.hidden = false;

const showTools = () => {
  what.textContent = (words.findingTitle ?? '').replace('{number}', String(findings.chosen + 1));
  undo.disabled = !drawing.history.canUndo;
  redo.disabled = !drawing.history.canRedo;
  for (const button of tools.querySelectorAll('[data-shape-kind]')) {
    button.setAttribute('aria-pressed', String(button instanceof HTMLElement && button.dataset.shapeKind === drawing.kind));
  }
  root.dataset.hintMark = (drawing.kind === 'ellipse' ? words.hintEllipse : words.hintDraw) ?? '';
};
const show = drawing.show.bind(drawing);
drawing.show = () => {
  show();
  showTools();
};

/** @param {'polygon' | 'ellipse'} kind */
const chooseKind = kind => {
  drawing.close();
  drawing.kind = kind;
  controls.choose('mark');
  showTools();
};

tools.addEventListener('click', event => {
  const button = closest(event, 'button'), kind = button?.dataset.shapeKind;
  if (kind === 'polygon' || kind === 'ellipse') chooseKind(kind);
  else if (button === undo) drawing.undo();
  else if (button === redo) drawing.redo();
  else if (button?.matches('[data-close-shape]')) drawing.closeShape();
  else if (button?.matches('[data-erase]')) drawing.erase();
});

page.addEventListener('keydown', event => {
  if (closest(event, 'input, select, textarea, dialog') || event.altKey) return;
  const key = event.key.toLowerCase(), isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && key === 'z' && !event.shiftKey) drawing.undo();
  else if (isCommand && (key === 'y' || key === 'z')) drawing.redo();
  else if (!isCommand && key === 'c') drawing.closeShape();
  else return;
  event.preventDefault();
});

form.addEventListener('click', event => {
  if (closest(event, '[data-choose]')) {
    controls.choose('mark');
    page.scrollIntoView({ block: 'start' });
    station.current.root.focus({ preventScroll: true });
  }
});
form.addEventListener('input', event => { if (closest(event, '[data-shape]')) drawing.takeOver(); });

// --- What is kept ---

const errorBox = need(document, '[data-errors]', HTMLElement), state = need(tools, '[data-save-state]', HTMLElement);

/**
 * @param {string} selector
 * @param {string[]} texts
 */
const list = (selector, texts) => {
  need(document, selector, HTMLElement).replaceChildren(...texts.map(text => {
    const item = document.createElement('li');
    item.textContent = text;
    return item;
  }));
};

new Saving(form, words, {
  tell: text => { state.textContent = text; },
  showErrors: errors => {
    errorBox.hidden = errors.length === 0;
    list('[data-error-list]', errors);
  },
  showGaps: gaps => { list('[data-gaps]', gaps.length ? gaps : [words.complete ?? '']); },
});

station.start();
controls.choose('mark');
drawing.show();
