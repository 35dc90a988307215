// All views of a study on one desk: which hang, how large, where each looks, and through which window of grays.
import { need } from '../shared/elements.js';
import { columnsFor, fit, follow, isWalled, pan, rest, zoom } from './geometry.js';
import { bound, filterOf, FULL } from './grays.js';
import { columnOf, hang, isPair, isScreening } from './hanging.js';
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
    this.views = views;
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

  /** @returns {Pane[]} those that are on the desk now; of a view alone its prior, too, where priors hang */
  get shown() {
    const { alone, hanging: { name, views } } = this, chosen = views.find(({ key }) => key === alone);
    const wanted = chosen ? views.filter(view => view === chosen || name === 'priors' && isPair(view, chosen)) : views;
    return wanted.map(view => this.#paneOf(view));
  }

  get isNarrow() { return this.desk.clientWidth < NARROW; }

  /** @param {View} view */
  isScreening(view) { return isScreening(view); }

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

  /**
   * Takes a view that came later. Where its like hangs, it hangs there at once.
   *
   * @param {View} view
   */
  add(view) {
    this.views.push(view);
    this.hangings = hang(this.views, [...this.priors]);
    this.hanging = this.hangings.find(({ name }) => name === this.hanging.name) ?? this.hanging;
    this.layOut();
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
    // A magnification fills its pane; whole breasts are all shown at one scale.
    pane.least = fit(isWalled(pane.view) ? views.filter(isWalled) : [pane.view], pane.size);
    pane.look(isResting ? this.#restOf(pane) : pane.camera);
    pane.signs.draw();
  }

  /** @param {Pane} pane */
  #restOf({ view, size, least }) {
    const alike = isWalled(view) ? this.hanging.views.filter(({ projection }) => projection === view.projection) : [view];
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
    if (!isWalled(pane.view)) return;
    for (const other of this.shown) {
      if (other !== pane && isWalled(other.view)) other.look(follow(pane.view, pane.camera, other.view, other.camera));
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
