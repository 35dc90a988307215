// The names of a picture key can be hidden, and come back one by one.
import { need } from '../shared/elements.js';
import { fill } from '../shared/words.js';

export class Key {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.button = need(root, '.acts button', HTMLButtonElement);
    this.items = [...root.querySelectorAll('li')];
    this.isHiding = false;
    this.items.forEach((item, index) => { this.#prepare(item, String(index + 1)); });
    this.button.addEventListener('click', () => { this.#toggle(); });
    need(root, '.acts', HTMLElement).hidden = false;
  }

  /**
   * @param {HTMLElement} item
   * @param {string} number
   */
  #prepare(item, number) {
    const { ask, enlarge } = this.button.dataset;
    const show = document.createElement('button');
    show.className = 'tap';
    show.type = 'button';
    show.hidden = true;
    show.textContent = fill(ask, { number });
    show.addEventListener('click', () => {
      this.#set(item, false);
      need(item, '.cap', HTMLElement).focus({ preventScroll: true });
    });
    const link = item.querySelector('.zoom .vh');
    item.dataset.named = link?.textContent ?? '';
    item.dataset.unnamed = fill(enlarge, { number });
    need(item, '.named', HTMLElement).append(show);
  }

  /**
   * @param {HTMLElement} item
   * @param {boolean} isHidden
   */
  #set(item, isHidden) {
    item.classList.toggle('unnamed', isHidden);
    need(item, 'button', HTMLButtonElement).hidden = !isHidden;
    const link = item.querySelector('.zoom .vh');
    if (link) link.textContent = (isHidden ? item.dataset.unnamed : item.dataset.named) ?? '';
  }

  #toggle() {
    this.isHiding = !this.isHiding;
    for (const item of this.items) this.#set(item, this.isHiding);
    this.button.textContent = (this.isHiding ? this.button.dataset.show : this.button.dataset.hide) ?? '';
  }
}
