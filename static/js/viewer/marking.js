// The reader's marks on the panes, and the small form with a mark's words.
import { need } from '../shared/elements.js';
import { fill } from '../shared/words.js';
import { clamp } from './geometry.js';
import { isComplete } from './marks.js';

/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {import('./marks.js').Mark} Mark */
/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {{ key: string, label: string }} Word */
/** @typedef {{ morphologies: Word[], distributions: Word[] }} Words */

const CONFIDENCE = 50;
// CSS pixels between a mark and its form.
const BESIDE = 28;
const TREMBLE = 4;

export class Marking {
  /** @type {string | null} the mark whose form is open */
  #open = null;

  /**
   * @param {HTMLElement} root
   * @param {import('./station.js').Station} station
   * @param {import('./marks.js').Marks} marks
   * @param {Words} words
   * @param {boolean} isLocked
   */
  constructor(root, station, marks, words, isLocked) {
    this.root = root;
    this.station = station;
    this.marks = marks;
    this.words = words;
    this.isLocked = isLocked;
    this.form = need(root, '[data-mark-form]', HTMLFormElement);
    this.morphology = this.#fillSelect('morphology', words.morphologies);
    this.distribution = this.#fillSelect('distribution', words.distributions);
    this.reason = need(this.form, '[data-reason]', HTMLElement);
    this.confidence = need(this.form, '[name=confidence]', HTMLInputElement);
    this.output = need(this.form, 'output', HTMLOutputElement);
    marks.onChange = () => { this.show(); };
    this.#listen();
  }

  get isOpen() { return this.#open !== null; }

  /**
   * @param {string} name
   * @param {readonly Word[]} words
   */
  #fillSelect(name, words) {
    const select = need(this.form, `[name=${name}]`, HTMLSelectElement);
    select.append(...words.map(({ key, label }) => new Option(label, key)));
    return select;
  }

  #listen() {
    const { form } = this;
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.close();
    });
    form.addEventListener('change', () => { this.#read(); });
    this.confidence.addEventListener('input', () => { this.#showConfidence(); });
    form.addEventListener('keydown', event => { this.#press(event); });
    need(form, '[data-remove]', HTMLButtonElement).addEventListener('click', () => { if (this.#open !== null) this.remove(this.#open); });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    event.stopPropagation(); // letters choose words here
    if (event.key !== 'Escape' && !(event.key === 'Enter' && event.target instanceof HTMLSelectElement)) return;
    event.preventDefault();
    this.close();
  }

  /**
   * What hands and keys do to the marks of a pane.
   *
   * @param {Pane} pane
   */
  serve(pane) {
    const { svg } = pane.signs;
    svg.addEventListener('pointerdown', event => { this.#grab(pane, event); });
    svg.addEventListener('keydown', event => { this.#pressMark(pane, event); });
  }

  /** @param {Event} event */
  #keyAt({ target }) { return target instanceof Element ? target.closest('[data-mark]')?.getAttribute('data-mark') ?? null : null; }

  /**
   * @param {Pane} pane
   * @param {PointerEvent} event
   */
  #grab(pane, event) {
    const key = this.#keyAt(event), mark = key === null ? undefined : this.marks.get(key);
    if (!mark || event.button !== 0) return;
    event.preventDefault(); // it is not the pane that is meant
    pane.signs.focus(mark.key);
    const { svg } = pane.signs, start = pane.toPane(mark), from = { x: event.clientX, y: event.clientY };
    /** @type {Point | null} */
    let place = null;
    /** @param {PointerEvent} moved */
    const move = moved => {
      const by = { x: moved.clientX - from.x, y: moved.clientY - from.y };
      if (this.isLocked || !place && Math.hypot(by.x, by.y) < TREMBLE) return;
      place = this.#inside(pane, pane.toImage({ x: start.x + by.x, y: start.y + by.y }));
      this.#preview(pane, mark, place);
    };
    const done = () => {
      svg.removeEventListener('pointermove', move);
      if (place) this.marks.change(mark.key, place);
      else this.edit(mark.key);
    };
    svg.setPointerCapture(event.pointerId);
    svg.addEventListener('pointermove', move);
    svg.addEventListener('lostpointercapture', done, { once: true });
  }

  /**
   * @param {Pane} pane
   * @param {Mark} mark
   * @param {Point} place
   */
  #preview(pane, mark, place) {
    const { x, y } = pane.toPane(place);
    pane.signs.find(mark.key)?.setAttribute('transform', `translate(${x} ${y})`);
  }

  /**
   * @param {Pane} pane
   * @param {Point} pixel
   */
  #inside({ view }, { x, y }) { return { x: round(clamp(x, 0, view.columns)), y: round(clamp(y, 0, view.rows)) }; }

  /**
   * @param {Pane} pane
   * @param {KeyboardEvent} event
   */
  #pressMark(pane, event) {
    const key = this.#keyAt(event), mark = key === null ? undefined : this.marks.get(key);
    const step = STEPS.get(event.key);
    if (!mark || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.edit(mark.key);
    else if (event.key === 'Delete' || event.key === 'Backspace') this.remove(mark.key);
    else if (step) this.#step(pane, mark, step, event.shiftKey ? 10 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {Pane} pane
   * @param {Mark} mark
   * @param {Point} step
   * @param {number} size CSS pixels
   */
  #step(pane, mark, step, size) {
    if (this.isLocked) return;
    const at = pane.toPane(mark);
    this.marks.change(mark.key, this.#inside(pane, pane.toImage({ x: at.x + size * step.x, y: at.y + size * step.y })));
  }

  /**
   * Puts a new mark there, if that is on the picture, and asks for its words.
   *
   * @param {Pane} pane
   * @param {Point} at CSS pixels of the pane
   */
  put(pane, at) {
    const pixel = pane.toImage(at);
    if (this.isLocked || this.station.isPrior(pane.view) || !pane.holds(pixel)) return;
    this.close();
    const place = this.#inside(pane, pixel);
    this.edit(this.marks.add({ view: pane.key, ...place, confidence: CONFIDENCE, morphology: '', distribution: '' }));
  }

  /** @param {string} key */
  remove(key) {
    const mark = this.marks.get(key);
    if (!mark || this.isLocked) return;
    if (this.#open === key) this.#hide();
    this.marks.remove(key);
    this.station.panes.get(mark.view)?.root.focus({ preventScroll: true });
  }

  /** @param {string} key */
  edit(key) {
    const mark = this.marks.get(key), pane = mark && this.station.panes.get(mark.view);
    if (!mark || !pane || this.isLocked) return;
    this.#open = key;
    this.morphology.value = mark.morphology;
    this.distribution.value = mark.distribution;
    this.confidence.value = String(mark.confidence);
    this.#showConfidence();
    need(this.form, '[data-title]', HTMLElement).textContent = this.#titleOf(mark);
    this.reason.textContent = mark.reason ?? '';
    this.reason.hidden = !mark.reason;
    this.form.hidden = false;
    this.#place(pane, mark);
    this.show();
    this.morphology.focus({ preventScroll: true });
  }

  /** @param {Mark} mark */
  #titleOf(mark) {
    const number = this.marks.all.indexOf(mark) + 1, pane = this.station.panes.get(mark.view);
    return fill(this.root.dataset.markTitle, { number: String(number), view: pane ? this.station.nameOf(pane.view) : '' });
  }

  /**
   * Beside the mark, on the side that has room; else at the end of the desk that is farther away. Never over it.
   *
   * @param {Pane} pane
   * @param {Mark} mark
   */
  #place(pane, mark) {
    const { form, station: { desk } } = this, at = pane.toPane(mark);
    const x = pane.root.offsetLeft + at.x, y = pane.root.offsetTop + at.y;
    const right = x + BESIDE, left = x - BESIDE - form.offsetWidth, most = desk.clientHeight - form.offsetHeight;
    const fitsRight = right + form.offsetWidth <= desk.clientWidth, fitsBeside = fitsRight || left >= 0;
    const beside = fitsRight ? right : left;
    const away = y > desk.clientHeight / 2 ? 0 : most;
    form.style.left = `${clamp(fitsBeside ? beside : x - form.offsetWidth / 2, 0, desk.clientWidth - form.offsetWidth)}px`;
    form.style.top = `${clamp(fitsBeside ? y - form.offsetHeight / 2 : away, 0, most)}px`;
  }

  #showConfidence() { this.output.value = fill(this.root.dataset.percent, { number: this.confidence.value }); }

  #read() {
    const key = this.#open;
    if (key === null) return;
    const content = { morphology: this.morphology.value, distribution: this.distribution.value, confidence: Number(this.confidence.value) };
    this.marks.change(key, content);
  }

  close() {
    const key = this.#open;
    if (key === null) return;
    const hadFocus = this.form.contains(document.activeElement);
    this.#hide();
    this.show();
    const mark = this.marks.get(key);
    if (hadFocus && mark) this.station.panes.get(mark.view)?.signs.focus(key);
  }

  #hide() {
    this.#open = null;
    this.form.hidden = true;
  }

  /** @param {Mark} mark */
  #nameOf(mark) {
    /**
     * @param {readonly Word[]} words
     * @param {string} key
     */
    const say = (words, key) => words.find(word => word.key === key)?.label ?? this.root.dataset.noWord ?? '';
    const { morphologies, distributions } = this.words, { dataset } = this.root;
    const refused = [dataset.refused, mark.reason].filter(Boolean).join(': ');
    const state = { unfinished: dataset.unfinished ?? '', waiting: dataset.waiting ?? '', kept: '', refused }[mark.state];
    const content = [say(morphologies, mark.morphology), say(distributions, mark.distribution), fill(dataset.percent, { number: String(mark.confidence) })];
    return [this.#titleOf(mark), ...content, state].filter(Boolean).join(', ');
  }

  show() {
    const shown = this.marks.all.map((mark, index) => ({ mark, number: index + 1, name: this.#nameOf(mark), isOpen: mark.key === this.#open }));
    for (const pane of this.station.panes.values()) {
      pane.signs.showMarks(shown);
      pane.signs.draw();
    }
    const list = shown.map(({ mark, name }) => ({ ...mark, name, isComplete: isComplete(mark) }));
    this.root.dispatchEvent(new CustomEvent('viewer:marks', { bubbles: true, detail: list }));
  }
}

/**
 * A tenth of a pixel is finer than anybody points.
 *
 * @param {number} number
 */
const round = number => Math.round(number * 10) / 10;

/** @type {ReadonlyMap<string, Point>} */
export const STEPS = new Map([
  ['ArrowLeft', { x: -1, y: 0 }], ['ArrowRight', { x: 1, y: 0 }], ['ArrowUp', { x: 0, y: -1 }], ['ArrowDown', { x: 0, y: 1 }],
]);
