// Drawing outlines on the panes of the viewer, in the place where a reader's marks would be put.
import { fill } from '../shared/words.js';
import { clamp } from '../viewer/geometry.js';
import { STEPS } from '../viewer/marking.js';
import { History } from './history.js';
import { cornersOf, crosses, ellipseIn, handlesOf, isInside, moveHandle, read, removeHandle, round, write } from './shapes.js';

/** @typedef {import('../viewer/geometry.js').Point} Point */
/** @typedef {import('../viewer/pane.js').Pane} Pane */
/** @typedef {import('./shapes.js').Shape} Shape */
/** @typedef {{ view: string, corners: readonly Point[] }} Begun an outline that is not closed */
/** @typedef {{ outlines: readonly import('./findings.js').Outlines[], begun: Begun | null }} State */

const SVG = 'http://www.w3.org/2000/svg';
// CSS pixels: how near to the first corner a click closes the outline; what is seen of a handle, and what a finger needs.
const NEAR = 12;
const DOT = 4;
const REACH = 14;

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

/** @param {readonly Point[]} points */
const pointsOf = points => points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');

export class Drawing {
  isLocked = false;
  /** @type {'polygon' | 'ellipse'} */
  kind = 'polygon';
  /** @type {Map<string, SVGElement>} by view */
  #layers = new Map();
  /**
   * Says what was done, or why not.
   *
   * @type {(text: string) => void}
   */
  tell = () => {};

  /**
   * @param {import('../viewer/station.js').Station} station
   * @param {import('./findings.js').Findings} findings
   * @param {Record<string, string | undefined>} words
   */
  constructor(station, findings, words) {
    this.station = station;
    this.findings = findings;
    this.words = words;
    /** @type {History<State>} */
    this.history = new History({ outlines: findings.outlines, begun: null });
    findings.onChange = () => { this.show(); };
  }

  get #begun() { return this.history.state.begun; }

  /** Whether an outline is begun: what Escape takes back first. */
  get isOpen() { return this.#begun !== null; }

  close() { if (this.isOpen) this.#put(this.findings.outlines, null); }

  /** @param {Pane} pane */
  serve(pane) {
    const layer = /** @type {SVGElement} */ (draw('svg', { class: 'drawn' }));
    pane.root.append(layer);
    this.#layers.set(pane.key, layer);
    layer.addEventListener('pointerdown', event => { this.#grab(pane, event); });
    layer.addEventListener('keydown', event => { this.#press(pane, event); });
  }

  /**
   * @param {readonly import('./findings.js').Outlines[]} outlines
   * @param {Begun | null} begun
   */
  #put(outlines, begun) {
    this.history.put({ outlines, begun });
    this.findings.restore(outlines);
    this.show();
  }

  /**
   * @param {string} view
   * @param {Shape | null} shape
   */
  #setShape(view, shape) {
    const outlines = this.findings.outlines.map((known, index) => (index === this.findings.chosen ? { ...known, [view]: shape ? write(shape) : '' } : known));
    this.#put(outlines, null);
  }

  /** @param {boolean} isBack */
  #go(isBack) {
    if (!(isBack ? this.history.undo() : this.history.redo())) return;
    this.findings.restore(this.history.state.outlines);
    this.show();
    this.tell((isBack ? this.words.undone : this.words.redone) ?? '');
  }

  undo() { this.#go(true); }

  redo() { this.#go(false); }

  /** What was typed into a field is undone by the field itself: from here on it is what stands. */
  takeOver() {
    this.history.state = { ...this.history.state, outlines: this.findings.outlines };
    this.show();
  }

  // --- New outlines ---

  /**
   * A corner there, or the end of the outline that is begun.
   *
   * @param {Pane} pane
   * @param {Point} at CSS pixels of the pane
   */
  put(pane, at) {
    const pixel = pane.toImage(at), refusal = this.#whyNotOn(pane, pixel);
    if (refusal) {
      this.tell(refusal);
      return;
    }
    const corner = { x: round(pixel.x), y: round(pixel.y) };
    const corners = this.#begun?.view === pane.key ? this.#begun.corners : [], [first] = corners;
    if (first && this.kind === 'ellipse') this.#finish(pane, ellipseIn(first, corner));
    else if (first && corners.length > 2 && this.#isNear(pane, first, at)) this.closeShape();
    else this.#putCorner(pane, [...corners, corner]);
  }

  /**
   * @param {Pane} pane
   * @param {readonly Point[]} corners
   */
  #putCorner(pane, corners) {
    if (crosses(corners, false)) this.tell(this.words.crosses ?? '');
    else this.#put(this.findings.outlines, { view: pane.key, corners });
  }

  /**
   * @param {Pane} pane
   * @param {Point} pixel
   */
  #whyNotOn(pane, pixel) {
    if (!pane.holds(pixel)) return this.words.outside;
    return this.#isOfOtherBreast(pane) ? this.words.otherBreast : '';
  }

  /** @param {Pane} pane */
  #isOfOtherBreast({ view }) {
    const drawn = this.findings.outlines[this.findings.chosen] ?? {};
    return Object.entries(drawn).some(([key, text]) => text && this.station.panes.get(key)?.view.side !== view.side && this.station.panes.has(key));
  }

  /**
   * @param {Pane} pane
   * @param {Point} pixel
   * @param {Point} at
   */
  #isNear(pane, pixel, at) {
    const { x, y } = pane.toPane(pixel);
    return Math.hypot(x - at.x, y - at.y) <= NEAR;
  }

  closeShape() {
    const begun = this.#begun, pane = begun && this.station.panes.get(begun.view);
    if (!begun || !pane) return;
    if (begun.corners.length < 3) this.tell(this.words.few ?? '');
    else this.#finish(pane, { kind: 'polygon', corners: [...begun.corners] });
  }

  /**
   * @param {Pane} pane
   * @param {Shape} shape
   */
  #finish(pane, shape) {
    if (!this.#isGood(pane, shape)) return;
    this.#setShape(pane.key, shape);
    this.tell(fill(this.words.drawn, { view: pane.view.label }));
  }

  /**
   * @param {Pane} pane
   * @param {Shape} shape
   */
  #isGood(pane, shape) {
    const isCrossed = shape.kind === 'polygon' ? crosses(shape.corners, true) : shape.rx < 0.5 || shape.ry < 0.5;
    if (isCrossed) this.tell((shape.kind === 'polygon' ? this.words.crosses : this.words.few) ?? '');
    else if (!isInside(shape, pane.view)) this.tell(this.words.outside ?? '');
    else return true;
    return false;
  }

  /** Takes the chosen finding's outline out of the view that was looked at last. */
  erase() {
    this.#setShape(this.station.current.key, null);
  }

  // --- Outlines that stand ---

  /** @param {Pane} pane */
  #shapeOn(pane) { return read(this.findings.outlines[this.findings.chosen]?.[pane.key] ?? ''); }

  /** @param {Event} event */
  #handleAt({ target }) { return target instanceof Element ? target.closest('[data-handle]')?.getAttribute('data-handle') ?? null : null; }

  /**
   * @param {Pane} pane
   * @param {PointerEvent} event
   */
  #grab(pane, event) {
    const handle = this.#handleAt(event), shape = this.#shapeOn(pane), layer = this.#layers.get(pane.key);
    const start = shape && handlesOf(shape).find(([name]) => name === handle)?.[1];
    if (handle === null || !shape || !start || !layer || event.button !== 0) return;
    event.preventDefault(); // it is not the pane that is meant
    const from = pane.toPane(start), at = { x: event.clientX, y: event.clientY };
    /** @type {Shape | null} */
    let moved = null;
    /** @param {PointerEvent} now */
    const move = now => {
      moved = moveHandle(shape, handle, this.#inside(pane, pane.toImage({ x: from.x + now.clientX - at.x, y: from.y + now.clientY - at.y })));
      this.#drawLayer(pane, moved);
    };
    const done = () => {
      layer.removeEventListener('pointermove', move);
      if (moved && this.#isGood(pane, moved)) this.#setShape(pane.key, moved);
      this.show();
      this.#focus(pane, handle);
    };
    layer.setPointerCapture(event.pointerId);
    layer.addEventListener('pointermove', move);
    layer.addEventListener('lostpointercapture', done, { once: true });
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
  #press(pane, event) {
    const handle = this.#handleAt(event);
    if (handle === null || event.ctrlKey || event.altKey || event.metaKey || !this.#act(pane, handle, event)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#focus(pane, handle);
  }

  /**
   * Returns whether the key meant something.
   *
   * @param {Pane} pane
   * @param {string} handle
   * @param {KeyboardEvent} event
   */
  #act(pane, handle, { key, shiftKey }) {
    const shape = this.#shapeOn(pane), step = STEPS.get(key);
    const at = shape && handlesOf(shape).find(([name]) => name === handle)?.[1];
    if (!shape || !at) return false;
    if (key === 'Delete' || key === 'Backspace') this.#change(pane, removeHandle(shape, handle));
    else if (step) this.#step(pane, shape, handle, at, step, shiftKey ? 10 : 1);
    else return false;
    return true;
  }

  /**
   * @param {Pane} pane
   * @param {Shape} shape
   * @param {string} handle
   * @param {Point} from
   * @param {Point} step
   * @param {number} size CSS pixels
   */
  #step(pane, shape, handle, from, step, size) {
    const { x, y } = pane.toPane(from), to = pane.toImage({ x: x + size * step.x, y: y + size * step.y });
    this.#change(pane, moveHandle(shape, handle, this.#inside(pane, to)));
  }

  /**
   * @param {Pane} pane
   * @param {Shape} shape
   */
  #change(pane, shape) { if (this.#isGood(pane, shape)) this.#setShape(pane.key, shape); }

  /**
   * @param {Pane} pane
   * @param {string} handle
   */
  #focus(pane, handle) {
    const found = this.#layers.get(pane.key)?.querySelector(`[data-handle="${handle}"]`);
    if (found instanceof SVGElement) found.focus({ preventScroll: true });
  }

  // --- What is seen ---

  show() {
    for (const pane of this.station.panes.values()) this.#drawLayer(pane, this.#shapeOn(pane));
  }

  /**
   * @param {Pane} pane
   * @param {Shape | null} shape of the chosen finding
   */
  #drawLayer(pane, shape) {
    const layer = this.#layers.get(pane.key), { chosen } = this.findings;
    if (!layer || !pane.size.width) return;
    const focused = layer.contains(document.activeElement) ? document.activeElement?.getAttribute('data-handle') ?? null : null;
    const others = this.findings.outlines.flatMap((outlines, index) => {
      const other = index === chosen ? null : read(outlines[pane.key] ?? '');
      return other ? [this.#drawShape(pane, other, index)] : [];
    });
    const mine = shape ? [this.#drawShape(pane, shape, chosen), ...this.#drawHandles(pane, shape)] : [];
    layer.replaceChildren(...others, ...mine, ...this.#drawBegun(pane));
    if (focused !== null) this.#focus(pane, focused);
  }

  /**
   * @param {Pane} pane
   * @param {Shape} shape
   * @param {number} index
   */
  #drawShape(pane, shape, index) {
    const corners = cornersOf(shape).map(corner => pane.toPane(corner));
    const right = corners.reduce((one, other) => (other.x > one.x ? other : one));
    const label = fill(this.words.outline, { finding: String(index + 1) });
    const attributes = { class: `outline${index === this.findings.chosen ? ' is-chosen' : ''}`, role: 'img', 'aria-label': label };
    return draw('g', attributes, draw('polygon', { points: pointsOf(corners) }), draw('text', { class: 'tag', x: right.x + 8, y: right.y - 8 }, String(index + 1)));
  }

  /**
   * @param {Pane} pane
   * @param {Shape} shape
   */
  #drawHandles(pane, shape) {
    return handlesOf(shape).map(([name, place]) => {
      const { x, y } = pane.toPane(place), number = Number(name);
      const said = Number.isNaN(number) ? this.words[name === 'middle' ? 'middle' : 'edge'] : this.words.corner;
      const label = fill(said, { finding: String(this.findings.chosen + 1), view: pane.view.label, number: String(number + 1) });
      const attributes = { class: 'handle', 'data-handle': name, tabindex: 0, role: 'button', 'aria-label': label, transform: `translate(${x} ${y})` };
      return draw('g', attributes, draw('circle', { class: 'reach', r: REACH }), draw('circle', { class: 'dot', r: DOT }));
    });
  }

  /** @param {Pane} pane */
  #drawBegun(pane) {
    const begun = this.#begun;
    if (begun?.view !== pane.key) return [];
    const corners = begun.corners.map(corner => pane.toPane(corner));
    const dots = corners.map(({ x, y }, index) => draw('circle', { class: index === 0 ? 'dot first' : 'dot', cx: x, cy: y, r: index === 0 ? DOT + 3 : DOT }));
    return [draw('g', { class: 'begun' }, draw('polyline', { points: pointsOf(corners) }), ...dots)];
  }
}
