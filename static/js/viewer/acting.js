// What the chosen tool does on a pane, by pointer and by keyboard. By keyboard a crosshair stands where the pointer would.
import { fill } from '../shared/words.js';
import { clamp, isWalled } from './geometry.js';
import { Gestures } from './gestures.js';
import { STEPS } from './marking.js';

/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {import('./gestures.js').Drag} Drag */
/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {'move' | 'mark' | 'window' | 'measure' | 'magnify' | 'ask'} Tool */

// CSS pixels that an arrow moves the crosshair and the picture, and with Shift.
const AIM = { one: 4, many: 40 };
const PAN = { one: 60, many: 240 };
// Numbers of the window for one CSS pixel, and for one arrow.
const GRAYS_PER_PIXEL = 8;
const GRAYS = { one: 32, many: 256 };
// Milliseconds and CSS pixels between two taps that are one double tap.
const DOUBLE = { time: 350, space: 24 };

export class Acting {
  /** @type {Tool} */
  tool = 'move';
  #lastTap = { time: -Infinity, x: 0, y: 0 };
  /**
   * Says where the crosshair is.
   *
   * @type {(text: string) => void}
   */
  onAim = () => {};

  /**
   * @param {import('./station.js').Station} station
   * @param {Pick<import('./marking.js').Marking, 'put' | 'close'>} marking
   * @param {import('./lens.js').Lens} lens
   * @param {import('./asking.js').Asking} asking
   * @param {Record<string, string | undefined>} words
   */
  constructor(station, marking, lens, asking, words) {
    this.station = station;
    this.marking = marking;
    this.lens = lens;
    this.asking = asking;
    this.words = words;
  }

  /** @param {Pane} pane */
  serve(pane) {
    new Gestures(pane.root, {
      tap: at => { this.#tap(pane, at); },
      drag: drag => { this.#drag(pane, drag); },
      drop: () => { if (this.tool === 'magnify') this.lens.hide(); },
      zoom: (at, factor, by) => { this.#zoom(pane, at, factor, by); },
      hover: at => { this.#hover(pane, at); },
    });
    pane.root.addEventListener('focusin', () => { this.station.current = pane; });
    pane.root.addEventListener('blur', () => { this.#setAim(pane, null); });
  }

  /** @param {Tool} tool */
  choose(tool) {
    this.tool = tool;
    this.lens.hide();
    this.asking.close();
    for (const pane of this.station.panes.values()) this.#setAim(pane, null);
  }

  /**
   * @param {Pane} pane
   * @param {Point} at
   */
  #tap(pane, at) {
    this.#setAim(pane, null);
    if (this.tool === 'mark') this.marking.put(pane, at);
    else if (this.tool === 'ask') this.asking.put(pane, at);
    else if (this.#isDouble(at)) this.station.showAlone(this.station.alone === null ? pane.key : null);
    else this.marking.close();
  }

  /** @param {Point} at */
  #isDouble({ x, y }) {
    const last = this.#lastTap, time = performance.now();
    const isDouble = time - last.time < DOUBLE.time && Math.hypot(x - last.x, y - last.y) < DOUBLE.space;
    this.#lastTap = isDouble ? { time: -Infinity, x: 0, y: 0 } : { time, x, y };
    return isDouble;
  }

  /**
   * @param {Pane} pane
   * @param {Drag} drag
   */
  #drag(pane, { at, from, by, button, isTouch }) {
    if (button === 'right' || button === 'main' && this.tool === 'window') this.#window(GRAYS_PER_PIXEL, by);
    else if (button === 'middle' || ['move', 'mark', 'ask'].includes(this.tool)) this.station.panBy(pane, by);
    else if (this.tool === 'measure') this.#measure(pane, from, at);
    else this.lens.show(pane, at, isTouch);
  }

  /**
   * @param {number} factor
   * @param {Point} by right is wider, down is brighter: a lower level
   */
  #window(factor, by) {
    const { width, level } = this.station.grays;
    this.station.setGrays({ width: width + factor * by.x, level: level - factor * by.y });
  }

  /**
   * @param {Pane} pane
   * @param {Point} from
   * @param {Point} to
   */
  #measure(pane, from, to) {
    this.clearRuler();
    pane.signs.ruler = [pane.toImage(from), pane.toImage(to)];
    pane.signs.follow();
  }

  /** Returns whether there was one. */
  clearRuler() {
    const measured = [...this.station.panes.values()].filter(({ signs }) => signs.ruler);
    for (const { signs } of measured) {
      signs.ruler = null;
      signs.follow();
    }
    return measured.length > 0;
  }

  /**
   * @param {Pane} pane
   * @param {Point} at
   * @param {number} factor
   * @param {Point} by
   */
  #zoom(pane, at, factor, by) {
    this.station.zoomAt(pane, at, factor, by);
    if (this.tool === 'magnify') this.lens.hide();
  }

  /**
   * @param {Pane} pane
   * @param {Point | null} at
   */
  #hover(pane, at) {
    if (this.tool === 'magnify' && at) this.lens.show(pane, at, false);
    else this.lens.hide();
  }

  // --- By keyboard ---

  /**
   * Returns whether the key meant something.
   *
   * @param {Pane} pane
   * @param {KeyboardEvent} event
   */
  press(pane, { key, shiftKey }) {
    const step = STEPS.get(key), size = shiftKey ? 'many' : 'one';
    if (key === 'Enter' || key === ' ') this.#enter(pane);
    else if (!step) return false;
    else if (this.tool === 'move') this.station.panBy(pane, { x: -step.x * PAN[size], y: -step.y * PAN[size] });
    else if (this.tool === 'window') this.#window(GRAYS[size], step);
    else this.#moveAim(pane, step, AIM[size]);
    return true;
  }

  /** @param {Pane} pane */
  #enter(pane) {
    const at = pane.signs.aim ?? pane.middle;
    if (this.tool === 'mark') this.marking.put(pane, at);
    else if (this.tool === 'ask') this.asking.put(pane, at);
    else if (this.tool === 'measure') this.#pin(pane, at);
    else if (this.tool === 'magnify') this.lens.show(pane, at, false);
    else this.station.showAlone(this.station.alone === null ? pane.key : null);
  }

  /** @type {Point | null} where a measurement by keyboard began, in pixels of the picture */
  #pinned = null;

  /**
   * @param {Pane} pane
   * @param {Point} at
   */
  #pin(pane, at) {
    this.#setAim(pane, at);
    this.#pinned = this.#pinned ? null : pane.toImage(at);
    if (this.#pinned) this.#measure(pane, at, at);
    else this.onAim(fill(this.words.measured, { length: this.#lengthOn(pane) }));
  }

  /** @param {Pane} pane */
  #lengthOn({ signs }) { return signs.svg.querySelector('.ruler text')?.textContent ?? ''; }

  /**
   * @param {Pane} pane
   * @param {Point} step
   * @param {number} size
   */
  #moveAim(pane, step, size) {
    const { width, height } = pane.size, from = pane.signs.aim ?? pane.middle;
    const wanted = { x: from.x + size * step.x, y: from.y + size * step.y };
    const at = { x: clamp(wanted.x, 0, width), y: clamp(wanted.y, 0, height) };
    // At the edge of the pane the picture comes on.
    if (at.x !== wanted.x || at.y !== wanted.y) this.station.panBy(pane, { x: at.x - wanted.x, y: at.y - wanted.y });
    this.#setAim(pane, at);
    if (this.tool === 'measure' && this.#pinned) this.#measure(pane, pane.toPane(this.#pinned), at);
    if (this.tool === 'magnify') this.lens.show(pane, at, false);
    this.#sayAim(pane, at);
  }

  /**
   * @param {Pane} pane
   * @param {Point | null} at
   */
  #setAim(pane, at) {
    if (!at) this.#pinned = null;
    if (!at && !pane.signs.aim) return;
    pane.signs.aim = at;
    pane.signs.follow();
  }

  /**
   * @param {Pane} pane
   * @param {Point} at
   */
  #sayAim(pane, at) {
    const { x, y } = pane.toImage(at), { columns, mmPerPixel, side } = pane.view;
    const depth = (side === 'R' && isWalled(pane.view) ? columns - x : x) * mmPerPixel;
    // What is only a part of the breast says nothing of the chest wall.
    const words = isWalled(pane.view) ? this.words.at : this.words.atPart;
    this.onAim(fill(words, { view: pane.view.label, depth: depth.toFixed(0), down: (y * mmPerPixel).toFixed(0) }));
  }
}
