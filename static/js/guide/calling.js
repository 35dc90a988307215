// Pictures to call by name, one after the other. Nothing is kept, and nothing is sent.
import { need } from '../shared/elements.js';
import { fill } from '../shared/words.js';
import { Calls } from './calls.js';

export class Calling {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {NodeListOf<HTMLElement>} */
    const items = root.querySelectorAll('[data-answer]');
    this.items = [...items];
    this.count = need(root, '.count', HTMLElement);
    this.calls = new Calls(this.items.map(item => item.dataset.answer ?? ''));
    this.items.forEach((item, index) => { this.#prepare(item, index); });
    need(this.count, 'button', HTMLButtonElement).addEventListener('click', () => { this.#again(); });
    this.#show(0);
  }

  /**
   * @param {HTMLElement} item
   * @param {number} index
   */
  #prepare(item, index) {
    need(item, 'details', HTMLElement).hidden = true;
    for (const choice of item.querySelectorAll('.choices li')) {
      const button = document.createElement('button');
      button.className = 'opt';
      button.type = 'button';
      button.append(document.createElement('i'), choice.textContent);
      button.addEventListener('click', () => { if (this.calls.at === index) this.#call(item, button); });
      choice.replaceChildren(button);
    }
    need(item, '.acts button', HTMLButtonElement).addEventListener('click', () => { this.#show(index + 1, true); });
  }

  /**
   * @param {HTMLElement} item
   * @param {HTMLButtonElement} chosen
   */
  #call(item, chosen) {
    const { answer = '' } = item.dataset, name = chosen.textContent;
    const isRight = this.calls.call(name);
    for (const button of item.querySelectorAll('.opt')) {
      button.setAttribute('aria-disabled', 'true');
      button.classList.toggle('right', button.textContent === answer);
      button.classList.toggle('wrong', button === chosen && !isRight);
    }
    const { right, wrong } = this.root.dataset;
    const verdict = document.createElement('b'), why = need(item, 'details p span', HTMLElement).cloneNode(true);
    verdict.textContent = fill(isRight ? right : wrong, { answer });
    const told = need(item, '.told', HTMLElement);
    told.replaceChildren(verdict, ' ', why);
    const acts = need(item, '.acts', HTMLElement);
    acts.hidden = false;
    acts.scrollIntoView({ block: 'nearest' });
  }

  /**
   * @param {number} index past the last comes the count
   * @param {boolean} hasFocus
   */
  #show(index, hasFocus = false) {
    this.items.forEach((item, number) => { item.hidden = number !== index; });
    const item = this.items[index];
    this.count.hidden = item !== undefined;
    if (!item) this.#tell();
    if (!hasFocus) return;
    (item ? need(item, '.kick', HTMLElement) : this.count).focus({ preventScroll: true });
    if (this.root.getBoundingClientRect().top < 0) this.root.scrollIntoView();
  }

  #tell() {
    const { count, missed } = this.root.dataset, { calls } = this;
    const numbers = { right: String(calls.right), all: String(this.items.length) };
    need(this.count, '.sum', HTMLElement).textContent = fill(count, numbers);
    const names = calls.missed.join(', ');
    need(this.count, '.missed', HTMLElement).textContent = names && fill(missed, { names });
  }

  #again() {
    this.calls.again();
    for (const item of this.items) {
      for (const button of item.querySelectorAll('.opt')) {
        button.removeAttribute('aria-disabled');
        button.classList.remove('right', 'wrong');
      }
      need(item, '.told', HTMLElement).replaceChildren();
      need(item, '.acts', HTMLElement).hidden = true;
    }
    this.#show(0, true);
  }
}
