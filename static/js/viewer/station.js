// All views of a study on one desk: which hang, how large, where each looks, and through which window of grays.
import { need } from '../shared/elements.js';
import { columnsFor, fit, follow, pan, rest, zoom } from './geometry.js';
import { bound, filterOf, FULL } from './grays.js';
import { columnOf, hang } from './hanging.js';
import { Pane } from './pane.js';

/** @typedef {import('./geometry.js').Camera} Camera */
/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {import('./hanging.js').View} View */

// What two scales may differ by and still be one.
const NEARLY = 1.0001;
// CSS pixels. Narrower than this, one view at a time is what one can read.
const NARROW = 640;

export class Station {
  /** @type {Map<string, Pane>} every view that has hung, by key */
  panes = new Map();
  grays = { ...FULL };
  isInverted = false;
  isLinked = true;
  /** @type {string | null} the view that has the desk for itself */
  alone = null;
  /** @type {Pane} where keys act */
  current;
  /** Is called when what hangs, or how, has changed. */
  onChange = () => {};
  /**
   * Is called for each pane once.
   *
   * @type {(pane: Pane) => void}
   */
  onPane = () => {};

  /**
   * @param {HTMLElement} root
   * @param {{ views: View[], priors: View[], note: string }} study
   */
  constructor(root, { views, priors, note }) {
    this.desk = need(root, '[data-desk]', HTMLElement);
    this.template = need(root, 'template[data-pane]', HTMLTemplateElement);
    this.words = root.dataset;
    this.note = note;
    this.hangings = hang(views, priors);
    const [first] = this.hangings, [view] = first?.views ?? [];
    if (!first || !view) throw new Error('The study has no view.');
    this.hanging = first;
    this.priors = new Set(priors);
    this.current = this.#paneOf(view);
  }

  start() {
    this.hangUp(this.hanging.name);
    // The desk's own box: what a pane shows never changes it.
    new ResizeObserver(() => { this.layOut(); }).observe(this.desk);
  }

  /** @returns {Pane[]} those that are on the desk now */
  get shown() {
    return this.hanging.views.map(view => this.#paneOf(view)).filter(({ key }) => this.alone === null || key === this.alone);
  }

  get isNarrow() { return this.desk.clientWidth < NARROW; }

  /** @param {View} view */
  isPrior(view) { return this.priors.has(view); }

  /** @param {View} view */
  #paneOf(view) {
    const known = this.panes.get(view.key);
    if (known) return known;
    const root = need(/** @type {DocumentFragment} */ (this.template.content.cloneNode(true)), '*', HTMLElement);
    root.dataset.view = view.key;
    root.dataset.side = view.side;
    root.setAttribute('aria-label', this.nameOf(view));
    need(root, '[data-name]', HTMLElement).textContent = view.label;
    need(root, '[data-note]', HTMLElement).textContent = view.when ?? this.note;
    this.desk.append(root);
    const pane = new Pane(root, view, this.words);
    this.panes.set(view.key, pane);
    this.onPane(pane);
    return pane;
  }

  /** @param {View} view */
  nameOf({ label, when }) { return when ? `${label}, ${when}` : label; }

  /** @param {import('./hanging.js').Name} name */
  hangUp(name) {
    this.hanging = this.hangings.find(hanging => hanging.name === name) ?? this.hanging;
    this.alone = null;
    for (const pane of this.panes.values()) pane.root.hidden = true;
    // In this order, so that Tab goes as one reads.
    for (const view of this.hanging.views) this.desk.append(this.#paneOf(view).root);
    const [first] = this.shown;
    if (first && !this.shown.includes(this.current)) this.current = first;
    this.layOut();
    this.#showGrays();
  }

  /** @param {string | null} key */
  showAlone(key) {
    this.alone = key;
    const pane = key === null ? undefined : this.panes.get(key);
    if (pane) this.current = pane;
    this.layOut();
  }

  /** Gives each pane its room. What was at rest stays at rest; what was enlarged stays as large and looks at the same. */
  layOut() {
    const { shown, desk } = this, views = shown.map(({ view }) => view);
    const columns = columnsFor(views, { width: desk.clientWidth, height: desk.clientHeight });
    desk.style.setProperty('--columns', String(columns));
    for (const pane of this.panes.values()) pane.root.hidden = !shown.includes(pane);
    const isAligned = this.hanging.name === 'priors' && this.alone === null;
    for (const { root, view } of shown) root.style.gridColumnStart = isAligned ? String(columnOf(view, columns)) : '';
    for (const pane of shown) this.#giveRoom(pane, views);
    this.onChange();
  }

  /**
   * @param {Pane} pane
   * @param {readonly View[]} views
   */
  #giveRoom(pane, views) {
    const isResting = pane.camera.scale <= pane.least * NEARLY || pane.least === 0;
    if (!pane.measure()) return;
    pane.least = fit(views, pane.size);
    pane.look(isResting ? this.#restOf(pane) : pane.camera);
    pane.signs.draw();
  }

  /** @param {Pane} pane */
  #restOf({ view, size, least }) {
    const alike = this.hanging.views.filter(({ projection }) => projection === view.projection);
    return rest(alike, size, least);
  }

  /**
   * @param {Pane} pane
   * @param {Camera} camera
   */
  look(pane, camera) {
    pane.look(camera);
    if (this.isLinked) this.#lead(pane);
    this.onChange();
  }

  /** @param {Pane} pane */
  #lead(pane) {
    for (const other of this.shown) {
      if (other !== pane) other.look(follow(pane.view, pane.camera, other.view, other.camera));
    }
  }

  /**
   * @param {Pane} pane
   * @param {Point} by CSS pixels
   */
  panBy(pane, by) { this.look(pane, pan(pane.view, pane.camera, by)); }

  /**
   * @param {Pane} pane
   * @param {Point} at
   * @param {number} factor
   * @param {Point} [by] what the fingers moved meanwhile, in CSS pixels
   */
  zoomAt(pane, at, factor, by = { x: 0, y: 0 }) { this.look(pane, zoom(pane.view, pan(pane.view, pane.camera, by), pane.size, at, factor)); }

  /** One pixel of the picture on one of the screen: all that was taken. */
  zoomToPixels() {
    const pane = this.current, scale = 1 / devicePixelRatio / pane.view.mmPerPixel;
    this.zoomAt(pane, pane.middle, scale / pane.camera.scale);
  }

  rest() {
    for (const pane of this.shown) pane.look(this.#restOf(pane));
    this.onChange();
  }

  /** @param {boolean} isLinked */
  link(isLinked) {
    this.isLinked = isLinked;
    if (isLinked) this.#lead(this.current);
    this.onChange();
  }

  /** @param {import('./grays.js').Grays} grays */
  setGrays(grays) {
    this.grays = bound(grays);
    this.#showGrays();
  }

  /** @param {boolean} isInverted */
  invert(isInverted) {
    this.isInverted = isInverted;
    this.#showGrays();
  }

  #showGrays() {
    this.desk.style.setProperty('--grays', filterOf(this.grays, this.isInverted));
    this.onChange();
  }
}
