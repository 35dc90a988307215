// One view: its picture, the signs over it, and where it looks.
import { need } from '../shared/elements.js';
import { aimFilm, newFilm } from './film.js';
import { hold, middleOf, toImage, toPane } from './geometry.js';
import { Signs } from './signs.js';

/** @typedef {import('./geometry.js').Camera} Camera */
/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {import('./hanging.js').View} View */

// Milliseconds that a picture may be coarse before anybody is told.
const PATIENCE = 1000;

export class Pane {
  /** @type {Camera} */
  camera = { scale: 1, depth: 0, height: 0 };
  size = { width: 0, height: 0 };
  /** The scale at rest, below which nothing is made smaller. */
  least = 0;
  #isOpen = false;
  #hasFailed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} root
   * @param {View} view
   * @param {Record<string, string | undefined>} words
   */
  constructor(root, view, words) {
    this.root = root;
    this.view = view;
    this.layer = need(root, '[data-film]', HTMLElement);
    this.signs = new Signs(need(root, '[data-signs]', SVGElement), view, pixel => this.toPane(pixel), words);
    this.film = newFilm(this.layer, [{ view, x: 0 }]);
    this.state = need(root, '[data-state]', HTMLElement);
    this.words = words;
    this.film.addHandler('open', () => { this.#open(); });
    this.film.addHandler('tile-load-failed', () => { this.#fail(); });
    need(root, '[data-retry]', HTMLButtonElement).addEventListener('click', () => { this.reload(); });
  }

  #open() {
    this.#isOpen = true;
    this.film.world.getItemAt(0).addHandler('fully-loaded-change', ({ fullyLoaded }) => { this.#tellLoading(!fullyLoaded); });
    this.#tellLoading(true);
    this.show();
  }

  // What is coarse must not be taken for all that there is.
  /** @param {boolean} isLoading */
  #tellLoading(isLoading) {
    this.root.toggleAttribute('data-loading', isLoading);
    clearTimeout(this.#timer);
    if (this.#hasFailed) return;
    if (isLoading) this.#timer = setTimeout(() => { this.#tell(this.words.loading); }, PATIENCE);
    else this.#tell('');
  }

  #fail() {
    this.#hasFailed = true;
    clearTimeout(this.#timer);
    this.#tell(this.words.failed);
  }

  #tell(text = '') {
    need(this.state, '[data-state-text]', HTMLElement).textContent = text;
    this.state.hidden = text === '';
    need(this.state, '[data-retry]', HTMLElement).hidden = !this.#hasFailed;
  }

  /** Asks once more for what did not load. */
  reload() {
    if (!this.#hasFailed) return;
    this.#hasFailed = false;
    this.#tellLoading(true);
    this.film.world.getItemAt(0).reset();
    this.show();
  }

  get key() { return this.view.key; }

  get middle() { return { x: this.size.width / 2, y: this.size.height / 2 }; }

  /** @param {Point} point */
  toImage(point) { return toImage(this.view, this.camera, this.size, point); }

  /** @param {Point} pixel */
  toPane(pixel) { return toPane(this.view, this.camera, this.size, pixel); }

  /** @param {Point} pixel */
  holds({ x, y }) { return x >= 0 && y >= 0 && x <= this.view.columns && y <= this.view.rows; }

  /** @param {Camera} camera */
  look(camera) {
    if (!this.size.width) return;
    this.camera = hold(this.view, camera, this.size, this.least);
    this.show();
  }

  show() {
    if (!this.size.width) return;
    if (this.#isOpen) aimFilm(this.film, this.size, middleOf(this.view, this.camera), this.camera.scale);
    this.signs.follow();
  }

  /** Returns whether there is room now. */
  measure() {
    const { clientWidth: width, clientHeight: height } = this.root;
    this.size = { width, height };
    return width > 0 && height > 0;
  }
}
