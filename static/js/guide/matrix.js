// One cell of the matrix is chosen, by pointer, by key or by the address, and its studies alone stand below.
import { closest, need } from '../shared/elements.js';
import { fill } from '../shared/words.js';
import { move } from './moves.js';

// Browsers refuse an address that changes too often, as under an arrow key that is held.
const ADDRESS_MS = 300;

export class Matrix {
  #timer = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.below = need(root, '.pairs', HTMLElement);
    this.told = need(root, '[data-told]', HTMLElement);
    /** @type {NodeListOf<HTMLElement>} */
    const pairs = root.querySelectorAll('.pair');
    this.pairs = new Map([...pairs].map(pair => [pair.id, pair]));
    this.rows = [...root.querySelectorAll('tbody tr')].map(row => [...row.querySelectorAll('a')]);
    this.#become();
    this.#listen();
    this.#show(root.dataset.first ?? '');
    this.#follow();
  }

  #become() {
    need(this.root, 'table', HTMLElement).setAttribute('role', 'grid');
    this.root.querySelectorAll('td').forEach(cell => { cell.setAttribute('role', 'gridcell'); });
    need(this.root, '.without', HTMLElement).hidden = true;
    need(this.root, '.with', HTMLElement).hidden = false;
  }

  #listen() {
    const { root } = this;
    root.addEventListener('click', event => {
      /** @type {HTMLAnchorElement | null} */
      const link = closest(event, 'a[href^="#"]');
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.#choose(link.hash.slice(1));
      this.#see(!link.closest('table'));
    });
    need(root, 'table', HTMLElement).addEventListener('keydown', event => { this.#press(event); });
    addEventListener('hashchange', () => { this.#follow(); });
  }

  /** The address names a cell. */
  #follow() {
    this.#show(location.hash.slice(1))?.scrollIntoView();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const link = closest(event, 'td a');
    if (!link || event.ctrlKey || event.altKey || event.metaKey) return;
    const next = this.#find(link, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (next !== link) this.#choose(next.hash.slice(1));
  }

  /**
   * The cell that a key leads to.
   *
   * @param {Element} link
   * @param {string} key
   */
  #find(link, key) {
    const row = this.rows.findIndex(links => links.some(each => each === link));
    const links = this.rows[row] ?? [];
    const to = move(key, { row, column: links.findIndex(each => each === link) }, { rows: this.rows.length, columns: links.length });
    return to && this.rows[to.row]?.[to.column];
  }

  /** @param {string} id */
  #choose(id) {
    const pair = this.#show(id);
    const name = pair ? need(pair, '.pair-name', HTMLElement).textContent : '';
    this.told.textContent = fill(this.told.dataset.told, { name });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { history.replaceState(history.state, '', `#${id}`); }, ADDRESS_MS);
  }

  /** @param {string} id */
  #show(id) {
    const pair = this.pairs.get(id);
    if (!pair) return null;
    for (const link of this.rows.flat()) {
      const isChosen = link.hash.slice(1) === id;
      link.tabIndex = isChosen ? 0 : -1;
      link.closest('td')?.setAttribute('aria-selected', String(isChosen));
    }
    this.below.replaceChildren(pair);
    return pair;
  }

  /**
   * Brings the range of what was chosen into view. What was chosen by a link below the matrix is another pair now.
   *
   * @param {boolean} isBelow
   */
  #see(isBelow) {
    const name = need(this.below, '.pair-name', HTMLElement);
    if (isBelow) {
      name.tabIndex = -1;
      name.focus();
    }
    need(this.below, 'dl', HTMLElement).scrollIntoView({ block: 'nearest' });
  }
}
