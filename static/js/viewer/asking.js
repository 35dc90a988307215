// Asking for additional views: a place in a screening view is pointed to, and a small panel offers what can be made of it.
// What was asked for is made by the academy; the page's own list says when it is there, and the views are hung from it.
import { need } from '../shared/elements.js';
import { fill } from '../shared/words.js';
import { clamp } from './geometry.js';
import { SPOT } from './signs.js';

/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {import('./hanging.js').View} View */
/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {(body: Record<string, unknown>) => Promise<Response>} Send */

// CSS pixels between what would be magnified and the panel.
const BESIDE = 6;

export class Asking {
  /** @type {{ pane: Pane, pixel: Point } | null} */
  #place = null;
  #isSending = false;
  /**
   * Is called when there is something to say.
   *
   * @type {(text: string) => void}
   */
  onTold = () => {};

  /**
   * @param {HTMLElement} root
   * @param {import('./station.js').Station} station
   * @param {Send | null} send null where nothing can be asked for
   */
  constructor(root, station, send) {
    this.root = root;
    this.station = station;
    this.send = send;
    this.panel = need(root, '[data-ask-form]', HTMLElement);
    this.panel.addEventListener('click', event => { void this.#click(event); });
    this.panel.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.close();
      event.stopPropagation();
    });
  }

  get isPossible() { return this.send !== null; }

  get isOpen() { return this.#place !== null; }

  /**
   * Offers what can be made around this place.
   *
   * @param {Pane} pane
   * @param {Point} at CSS pixels of the pane
   */
  put(pane, at) {
    const { station, root: { dataset } } = this, pixel = pane.toImage(at);
    this.close();
    if (station.isPrior(pane.view) || !station.isScreening(pane.view)) this.onTold(dataset.askElsewhere ?? '');
    else if (pane.holds(pixel)) this.#open(pane, pixel);
  }

  /**
   * @param {Pane} pane
   * @param {Point} pixel
   */
  #open(pane, pixel) {
    const { panel, root: { dataset } } = this, { view } = pane;
    this.#place = { pane, pixel };
    pane.signs.spot = pixel;
    pane.signs.follow();
    need(panel, '[data-ask=spot]', HTMLElement).textContent = fill(dataset.askSpot, { view: view.label });
    const lateral = { R: dataset.askRight, L: dataset.askLeft };
    need(panel, '[data-ask=lateral]', HTMLElement).textContent = lateral[view.side] ?? '';
    panel.hidden = false;
    this.#lay(pane, pane.toPane(pixel));
    need(panel, '[data-ask=spot]', HTMLElement).focus({ preventScroll: true });
  }

  /**
   * @param {Pane} pane
   * @param {Point} at
   */
  #lay({ root, camera }, at) {
    const { panel, station: { desk } } = this, y = root.offsetTop + at.y, half = SPOT / 2 * camera.scale + BESIDE;
    const below = y + half, above = y - half - panel.offsetHeight;
    panel.style.left = `${clamp(root.offsetLeft + at.x - panel.offsetWidth / 2, 0, desk.clientWidth - panel.offsetWidth)}px`;
    panel.style.top = `${clamp(below + panel.offsetHeight > desk.clientHeight ? above : below, 0, desk.clientHeight - panel.offsetHeight)}px`;
  }

  close() {
    const place = this.#place;
    if (!place) return;
    const hadFocus = this.panel.contains(document.activeElement);
    this.#place = null;
    this.panel.hidden = true;
    place.pane.signs.spot = null;
    place.pane.signs.follow();
    if (hadFocus) place.pane.root.focus({ preventScroll: true });
  }

  /** @param {MouseEvent} event */
  async #click({ target }) {
    const button = target instanceof Element ? target.closest('button') : null, place = this.#place;
    if (!button || !place || this.#isSending) return;
    const { ask } = button.dataset, { pane: { view }, pixel } = place;
    this.close();
    if (ask === 'spot') await this.#ask({ view: view.key, x: Math.round(pixel.x), y: Math.round(pixel.y) });
    else if (ask === 'lateral') await this.#ask({ side: view.side });
  }

  /** @param {Record<string, unknown>} body */
  async #ask(body) {
    this.#isSending = true;
    const { dataset } = this.root;
    try {
      const answer = await this.send?.(body);
      /** @type {{ told?: string, error?: string }} */
      const { told, error } = await answer?.json().catch(() => ({})) ?? {};
      this.onTold(told ?? error ?? dataset.askFailed ?? '');
      this.root.dispatchEvent(new CustomEvent('viewer:asked', { bubbles: true }));
    } catch {
      this.onTold(dataset.askFailed ?? '');
    } finally {
      this.#isSending = false;
    }
  }
}

/**
 * The views that the page's list holds now; none where there is no list.
 *
 * @returns {View[]}
 */
export const readAsked = () => {
  const list = document.querySelector('#asked-views');
  /** @type {View[]} */
  const views = list instanceof HTMLScriptElement ? JSON.parse(list.text) : [];
  return views;
};
