// The form's findings, as the drawing sees them. The text of an outline's field is what is kept of it.
import { need } from '../shared/elements.js';
import { fill } from '../shared/words.js';

/** @typedef {Record<string, string>} Outlines text by view */

export class Findings {
  chosen = 0;
  /** Is called when another finding is chosen, or one is added. */
  onChange = () => {};

  /**
   * @param {HTMLFormElement} form
   * @param {string | undefined} title
   */
  constructor(form, title) {
    this.form = form;
    this.title = title;
    this.list = need(form, '[data-findings]', HTMLElement);
    this.count = need(form, '[name=count]', HTMLInputElement);
    this.blank = need(form, 'template[data-blank]', HTMLTemplateElement);
    need(form, '[data-add]', HTMLElement).hidden = false;
    need(form, '[data-add-finding]', HTMLButtonElement).addEventListener('click', () => { this.add(); });
    for (const part of this.parts) this.#serve(part);
    this.choose(0);
  }

  get parts() { return [...this.list.children].filter(part => part instanceof HTMLElement); }

  /** @param {HTMLElement} part */
  #serve(part) {
    need(part, '[data-chooser]', HTMLElement).hidden = false;
    need(part, '[data-choose]', HTMLButtonElement).addEventListener('click', () => { this.choose(this.parts.indexOf(part)); });
  }

  /** @param {number} index */
  choose(index) {
    this.chosen = index;
    for (const [number, part] of this.parts.entries()) {
      part.classList.toggle('is-chosen', number === index);
      need(part, '[data-choose]', HTMLElement).setAttribute('aria-pressed', String(number === index));
    }
    this.onChange();
  }

  add() {
    const index = this.parts.length, html = this.blank.innerHTML.replaceAll('f__number__', `f${index}`);
    this.list.insertAdjacentHTML('beforeend', html);
    const part = this.parts[index];
    if (!part) return;
    need(part, '[data-title]', HTMLElement).textContent = fill(this.title, { number: String(index + 1) });
    this.count.value = String(index + 1);
    this.#serve(part);
    this.choose(index);
    part.querySelector('select')?.focus();
  }

  /**
   * @param {number} index
   * @param {string} view
   * @returns {HTMLTextAreaElement | null}
   */
  #fieldOf(index, view) { return this.parts[index]?.querySelector(`textarea[data-shape="${CSS.escape(view)}"]`) ?? null; }

  /** @returns {Outlines[]} of each finding */
  get outlines() {
    return this.parts.map(part => Object.fromEntries([...part.querySelectorAll('textarea[data-shape]')]
      .map(field => (field instanceof HTMLTextAreaElement ? [field.dataset.shape ?? '', field.value] : ['', '']))));
  }

  /**
   * @param {number} index
   * @param {string} view
   * @param {string} text
   */
  write(index, view, text) {
    const field = this.#fieldOf(index, view);
    if (!field || field.value === text) return;
    field.value = text;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** @param {readonly Outlines[]} outlines what was added since stays, and is empty */
  restore(outlines) {
    for (const [index, known] of this.outlines.entries()) {
      for (const view of Object.keys(known)) this.write(index, view, outlines[index]?.[view] ?? '');
    }
  }
}
