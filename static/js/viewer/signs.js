// What is drawn over a view: truth, the ruler, the reader's marks, the crosshair of the keyboard. Places are pixels of the
// picture; how large a sign is on the screen never changes.
import { fill } from '../shared/words.js';
import { millimeters } from './geometry.js';

/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {import('./marks.js').Mark} Mark */
/**
 * @typedef {object} Region
 * @property {string} label
 * @property {string} view
 * @property {[number, number][]} polygon
 * @property {boolean} found
 * @property {string} [name] what is said of it; else that it was marked, or not
 * @property {string} [sign] its kind of line, a class
 */
/** @typedef {{ mark: Mark, number: number, name: string, isOpen: boolean }} Shown */

const SVG = 'http://www.w3.org/2000/svg';
// A ring that a pencil left open, with room for what it surrounds; and what a finger needs around it. CSS pixels.
const RING = 'M10 -10A14 14 0 1 0 14 3';
const REACH = 22;
const AIM = 'M-22 0H-7M7 0H22M0 -22V-7M0 7V22';
const BESIDE = 17;
// What a letter of a label takes at most.
const LETTER = 8;
// Millimeters of a side of what a magnification shows (imaging/synthesis/projection.py, SPOT_FIELD).
export const SPOT = 42;

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(Element | string)} parts
 */
const draw = (name, attributes, ...parts) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...parts);
  return element;
};

/** @param {Point} point */
const moved = ({ x, y }) => `translate(${x} ${y})`;

const SUFFIX = { unfinished: '?', waiting: '…', kept: '', refused: '!' };

export class Signs {
  /** @type {readonly Region[]} */
  #truth = [];
  /** @type {readonly Shown[]} */
  #marks = [];
  /** @type {[Point, Point] | null} */
  ruler = null;
  /** @type {Point | null} in CSS pixels of the pane */
  aim = null;
  /** @type {Point | null} the middle of what would be magnified */
  spot = null;

  /**
   * @param {SVGElement} svg
   * @param {import('./hanging.js').View} view
   * @param {(point: Point) => Point} toPane
   * @param {Record<string, string | undefined>} words
   */
  constructor(svg, view, toPane, words) {
    this.svg = svg;
    this.view = view;
    this.toPane = toPane;
    this.words = words;
  }

  /** @param {readonly Region[]} regions */
  showTruth(regions) { this.#truth = regions.filter(({ view }) => view === this.view.key); }

  /** @param {readonly Shown[]} shown */
  showMarks(shown) { this.#marks = shown.filter(({ mark }) => mark.view === this.view.key); }

  draw() {
    const focused = document.activeElement instanceof Element ? document.activeElement.getAttribute('data-mark') : null;
    const isOurs = this.svg.contains(document.activeElement);
    const truth = this.#truth.map(region => this.#drawRegion(region)), marks = this.#marks.map(shown => this.#drawMark(shown));
    this.svg.replaceChildren(...truth, ...this.#drawRuler(), ...marks, ...this.#drawSpot(), ...this.#drawAim());
    if (isOurs && focused) this.focus(focused);
  }

  /** Moves what is there with the picture, and makes nothing anew. */
  follow() {
    for (const { mark } of this.#marks) this.find(mark.key)?.setAttribute('transform', moved(this.toPane(mark)));
    const others = [...this.#truth.map(region => this.#drawRegion(region)), ...this.#drawRuler(), ...this.#drawSpot(), ...this.#drawAim()];
    for (const old of this.svg.querySelectorAll('.truth, .ruler, .spot, .aim')) old.remove();
    this.svg.prepend(...others);
  }

  /** @param {string} key */
  find(key) { return this.svg.querySelector(`[data-mark="${CSS.escape(key)}"]`); }

  /** @param {string} key */
  focus(key) {
    const found = this.find(key);
    if (found instanceof SVGElement) found.focus({ preventScroll: true });
  }

  /** @param {Region} region */
  #drawRegion({ polygon, label, found, name: said, sign }) {
    const corners = polygon.map(([x, y]) => this.toPane({ x, y }));
    const right = corners.reduce((one, other) => (other.x > one.x ? other : one), { x: -Infinity, y: 0 });
    const points = corners.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
    // Beside the outline, or on its other side where the pane ends.
    const left = Math.min(...corners.map(({ x }) => x));
    const isInside = right.x + 6 + label.length * LETTER < this.svg.getBoundingClientRect().width;
    const place = isInside ? { x: right.x + 6 } : { x: left - 6, 'text-anchor': 'end' };
    const text = draw('text', { class: 'tag', y: right.y + 5, ...place }, label);
    const name = said ?? fill(found ? this.words.truthFound : this.words.truthMissed, { label });
    return draw('g', { class: ['truth', found ? 'found' : '', sign].filter(Boolean).join(' '), role: 'img', 'aria-label': name }, draw('polygon', { points }), text);
  }

  /** @param {Shown} shown */
  #drawMark({ mark, number, name, isOpen }) {
    const label = draw('text', { class: 'tag', x: BESIDE, y: -BESIDE / 2 }, `${number}${SUFFIX[mark.state]}`);
    const attributes = {
      class: `mark ${mark.state}${isOpen ? ' is-open' : ''}`, 'data-mark': mark.key, tabindex: 0, role: 'button',
      'aria-label': name, transform: moved(this.toPane(mark)),
    };
    return draw('g', attributes, draw('circle', { class: 'reach', r: REACH }), draw('path', { class: 'ring', d: RING }), label);
  }

  #drawRuler() {
    if (!this.ruler) return [];
    const [from, to] = this.ruler, one = this.toPane(from), other = this.toPane(to);
    const length = millimeters(this.view, from, to);
    const line = draw('path', { d: `M${one.x} ${one.y}L${other.x} ${other.y}` });
    const ends = [one, other].map(({ x, y }) => draw('circle', { cx: x, cy: y, r: 3 }));
    const text = draw('text', { class: 'tag', x: other.x + 8, y: other.y - 6 }, fill(this.words.length, { length: length.toFixed(1) }));
    return [draw('g', { class: 'ruler' }, line, ...ends, text)];
  }

  #drawSpot() {
    if (!this.spot) return [];
    const half = SPOT / 2 / this.view.mmPerPixel, { x, y } = this.spot;
    const one = this.toPane({ x: x - half, y: y - half }), other = this.toPane({ x: x + half, y: y + half });
    return [draw('rect', { class: 'spot', x: one.x, y: one.y, width: other.x - one.x, height: other.y - one.y })];
  }

  #drawAim() {
    return this.aim ? [draw('g', { class: 'aim', transform: moved(this.aim) }, draw('path', { d: AIM }))] : [];
  }
}
