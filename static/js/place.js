// Mark a place on a picture: by pointer, by touch, and by keyboard. The numbers in the form are the answer.
import { need } from './shared/elements.js';

const STEPS = new Map([['ArrowLeft', [-1, 0]], ['ArrowRight', [1, 0]], ['ArrowUp', [0, -1]], ['ArrowDown', [0, 1]]]);

/** @param {number} number */
const within = number => Math.min(100, Math.max(0, number));

class Place {
  // In percent of the picture, from its left and its top.
  #x = 50;
  #y = 50;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.pad = need(root, '.pad', HTMLElement);
    this.mark = need(root, '.mark', SVGElement);
    this.aim = need(root, '.aim', SVGElement);
    this.across = need(root, '[data-x]', HTMLInputElement);
    this.down = need(root, '[data-y]', HTMLInputElement);
    this.told = need(root, '[data-told]', HTMLElement);
    root.removeAttribute('data-place');
    this.pad.tabIndex = 0;
    this.pad.setAttribute('role', 'application');
    this.#listen();
    this.#read();
  }

  #listen() {
    const { pad } = this;
    pad.addEventListener('click', event => { this.#point(event); });
    pad.addEventListener('keydown', event => { this.#press(event); });
    pad.addEventListener('focus', () => { if (pad.matches(':focus-visible')) this.#put(this.aim); });
    pad.addEventListener('blur', () => { this.aim.setAttribute('visibility', 'hidden'); });
    for (const field of [this.across, this.down]) field.addEventListener('change', () => { this.#read(); });
    this.root.closest('form')?.addEventListener('answer:restored', () => { this.#read(); });
  }

  /** @param {SVGElement} sign */
  #put(sign) {
    sign.setAttribute('x', `${this.#x}%`);
    sign.setAttribute('y', `${this.#y}%`);
    sign.removeAttribute('visibility');
  }

  /** @param {string | undefined} words */
  #tell(words = '') {
    this.told.textContent = words.replace('[x]', String(Math.round(this.#x))).replace('[y]', String(Math.round(this.#y)));
  }

  #read() {
    const { across, down } = this;
    if (across.value === '' || down.value === '') return;
    this.#x = within(Number(across.value));
    this.#y = within(Number(down.value));
    this.#put(this.mark);
  }

  #set() {
    this.across.value = this.#x.toFixed(2);
    this.down.value = this.#y.toFixed(2);
    this.#put(this.mark);
    this.#tell(this.root.dataset.set);
    this.down.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** @param {MouseEvent} event */
  #point(event) {
    const box = this.pad.getBoundingClientRect();
    this.#x = within(100 * (event.clientX - box.left) / box.width);
    this.#y = within(100 * (event.clientY - box.top) / box.height);
    this.aim.setAttribute('visibility', 'hidden');
    this.#set();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const [right, downward] = STEPS.get(event.key) ?? [];
    if (right !== undefined && downward !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const size = event.shiftKey ? 10 : 1;
      this.#x = within(this.#x + size * right);
      this.#y = within(this.#y + size * downward);
      this.#put(this.aim);
      this.#tell(this.root.dataset.at);
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.#set();
    } else {
      return;
    }
    event.preventDefault();
  }
}

/** @param {ParentNode} within */
const enhance = within => {
  for (const root of within.querySelectorAll('[data-place]')) if (root instanceof HTMLElement) new Place(root);
};
enhance(document);
document.addEventListener('htmx:load', ({ target }) => { if (target instanceof Element) enhance(target); });
