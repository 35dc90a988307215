// The magnifier: what is under the pointer, larger, from the tiles of that size. One film holds every view, far apart from
// each other; only what the lens looks at is loaded.
import { aimFilm, newFilm } from './film.js';
import { middleOf } from './geometry.js';

/** @typedef {import('./pane.js').Pane} Pane */

const APART = 10000; // millimeters
const FACTOR = 2.5;
// A finger covers what it points at.
const ABOVE_FINGER = 110;

export class Lens {
  /** @type {ReturnType<typeof newFilm> | null} */
  #film = null;
  #aim = () => {};

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} layer
   * @param {readonly import('./hanging.js').View[]} views
   */
  constructor(root, layer, views) {
    this.root = root;
    this.layer = layer;
    this.views = views;
  }

  /**
   * @param {Pane} pane
   * @param {import('./geometry.js').Point} at
   * @param {boolean} isTouch
   */
  show(pane, at, isTouch) {
    this.root.hidden = false;
    this.#film ??= this.#open();
    const size = { width: this.layer.clientWidth, height: this.layer.clientHeight };
    const { offsetLeft, offsetTop } = pane.root;
    this.root.style.left = `${offsetLeft + at.x - this.root.offsetWidth / 2}px`;
    this.root.style.top = `${offsetTop + at.y - this.root.offsetHeight / 2 - (isTouch ? ABOVE_FINGER : 0)}px`;
    const { view, camera } = pane, middle = middleOf(view, camera), shift = APART * this.views.indexOf(view);
    const x = middle.x + (at.x - pane.size.width / 2) / camera.scale, y = middle.y + (at.y - pane.size.height / 2) / camera.scale;
    this.#aim = () => { if (this.#film?.isOpen()) aimFilm(this.#film, size, { x: x + shift, y }, camera.scale * FACTOR); };
    this.#aim();
  }

  /** @param {import('./hanging.js').View} view that came later */
  add(view) {
    this.views = [...this.views, view];
    this.hide();
    this.#film?.destroy();
    this.#film = null;
  }

  hide() { this.root.hidden = true; }

  #open() {
    const placed = this.views.map((view, index) => ({ view, x: index * APART }));
    const film = newFilm(this.layer, placed);
    film.addHandler('open', () => { this.#aim(); });
    return film;
  }
}
