// The strip under a video: what of it was watched, in a drawing and in words.
import { clock, fill } from '../shared/words.js';
import { toRuns } from './watched.js';

/**
 * @template {keyof SVGElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, string | number>} values
 */
const svg = (name, values) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, String(value));
  return made;
};

export class Strip {
  #words;
  #told;
  #drawing;
  #line = document.createElement('span');
  #go = document.createElement('button');

  /**
   * @param {HTMLElement} place
   * @param {object} options
   * @param {DOMStringMap} options.words
   * @param {number} options.length
   * @param {string | undefined} options.told the length in words, where the page shows it already
   * @param {() => void} options.go plays what is left
   */
  constructor(place, { words, length, told, go }) {
    this.#words = words;
    this.#told = told ?? clock(length);
    this.#drawing = svg('svg', { viewBox: `0 0 ${length} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.#line.className = 'note';
    Object.assign(this.#go, { type: 'button', className: 'btn quiet', textContent: words.goText });
    this.#go.addEventListener('click', go);
    place.classList.add('watched');
    place.append(this.#drawing, this.#line, this.#go);
    place.hidden = false;
  }

  /** @param {import('./watched.js').Watched} watched */
  show(watched) {
    const { seen, length, missing } = watched;
    const values = { watched: seen.size === length ? this.#told : clock(seen.size), length: this.#told, left: clock(missing) };
    this.#line.textContent = fill(missing ? this.#words.watchedText : this.#words.enoughText, values);
    this.#go.hidden = !missing;
    this.#drawing.replaceChildren(...toRuns(seen).map(([start, end]) => svg('rect', { x: start, y: 0, width: end - start, height: 1 })));
  }
}
