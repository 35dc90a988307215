// What fingers, pen and mouse do on a pane: tap, drag with a button, pinch. Where they do it is told in the pane's own
// CSS pixels; what it means is for the tool that is chosen.
import { closest } from '../shared/elements.js';

/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {'main' | 'middle' | 'right'} Button */
/** @typedef {{ at: Point, from: Point, by: Point, button: Button, isTouch: boolean }} Drag */
/**
 * @typedef {object} Handlers
 * @property {(at: Point) => void} tap
 * @property {(drag: Drag) => void} drag
 * @property {(drag: Drag) => void} drop the last of a drag
 * @property {(at: Point, factor: number, by: Point) => void} zoom
 * @property {(at: Point | null) => void} hover null when the mouse leaves
 */

// CSS pixels that a finger or a hand may tremble.
const TREMBLE = 6;
/** @type {readonly Button[]} */
const BUTTONS = ['main', 'middle', 'right'];
// Of a wheel's notch (100 or 120 pixels) about a quarter more; a trackpad's small steps add up to the same.
const PER_PIXEL = 0.002;
const LINE = 40; // pixels, where a browser counts lines

/** @typedef {{ from: Point, last: Point, button: Button, hasMoved: boolean }} Touch */

export class Gestures {
  /** @type {Map<number, Touch>} */
  #touches = new Map();
  #wasPinch = false;

  /**
   * @param {HTMLElement} element
   * @param {Handlers} handlers
   */
  constructor(element, handlers) {
    this.element = element;
    this.handlers = handlers;
    element.addEventListener('pointerdown', event => { this.#down(event); });
    element.addEventListener('pointermove', event => { this.#move(event); });
    element.addEventListener('pointerup', event => { this.#up(event, true); });
    element.addEventListener('pointercancel', event => { this.#up(event, false); });
    element.addEventListener('pointerleave', () => { handlers.hover(null); });
    element.addEventListener('contextmenu', event => { event.preventDefault(); });
    element.addEventListener('wheel', event => { this.#wheel(event); }, { passive: false });
  }

  /** @param {MouseEvent} event */
  #at(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const button = BUTTONS[event.button];
    if (event.defaultPrevented || !button || closest(event, 'button')) return;
    if (button === 'middle') event.preventDefault(); // else the page scrolls by itself
    this.element.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#touches.set(event.pointerId, { from: at, last: at, button, hasMoved: false });
    this.#wasPinch = this.#touches.size > 1;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const at = this.#at(event), touch = this.#touches.get(event.pointerId);
    if (!touch) {
      if (event.pointerType === 'mouse') this.handlers.hover(at);
      return;
    }
    if (this.#touches.size > 1) this.#pinch(event.pointerId, touch, at);
    else if (!this.#wasPinch) this.#drag(touch, at, event.pointerType);
    touch.last = at;
  }

  /**
   * @param {Touch} touch
   * @param {Point} at
   * @param {string} type
   */
  #drag(touch, at, type) {
    touch.hasMoved ||= Math.hypot(at.x - touch.from.x, at.y - touch.from.y) > TREMBLE;
    if (!touch.hasMoved) return;
    this.handlers.drag(this.#dragOf(touch, at, type));
  }

  /**
   * @param {Touch} touch
   * @param {Point} at
   * @param {string} type
   * @returns {Drag}
   */
  #dragOf({ from, last, button }, at, type) {
    return { at, from, by: { x: at.x - last.x, y: at.y - last.y }, button, isTouch: type === 'touch' };
  }

  /**
   * @param {number} id
   * @param {Touch} touch
   * @param {Point} at
   */
  #pinch(id, touch, at) {
    const other = [...this.#touches].find(([one]) => one !== id)?.[1].last;
    if (!other) return;
    const before = Math.hypot(touch.last.x - other.x, touch.last.y - other.y), after = Math.hypot(at.x - other.x, at.y - other.y);
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    const by = { x: (at.x - touch.last.x) / 2, y: (at.y - touch.last.y) / 2 };
    this.handlers.zoom(middle, after / Math.max(before, 1), by);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} isMeant
   */
  #up(event, isMeant) {
    const touch = this.#touches.get(event.pointerId), at = this.#at(event);
    if (!touch) return;
    this.#touches.delete(event.pointerId);
    const isSingle = !this.#wasPinch && isMeant;
    if (isSingle && touch.hasMoved) this.handlers.drop(this.#dragOf(touch, at, event.pointerType));
    else if (isSingle && touch.button === 'main') this.handlers.tap(touch.from);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    // A trackpad's pinch comes as a wheel with ctrl, in steps a tenth as large.
    this.handlers.zoom(this.#at(event), Math.exp(-pixels * PER_PIXEL * (event.ctrlKey ? 5 : 1)), { x: 0, y: 0 });
  }
}
