// The transcript of a video: it follows what is said, and leads there.
import { need } from '../shared/elements.js';

// Milliseconds for which the transcript stays where its reader scrolled it.
const HELD = 8000;
// Seconds by which a playhead may be early.
const EARLY = 0.05;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

export class Transcript {
  /** @type {HTMLElement[]} */
  #cues;
  #starts;
  #box;
  #heldUntil = 0;
  /** @type {HTMLElement | undefined} */
  #current;

  /** @param {HTMLElement} player */
  constructor(player) {
    this.#cues = [...player.querySelectorAll('[data-start]')].filter(cue => cue instanceof HTMLElement);
    this.#starts = this.#cues.map(cue => Number(cue.dataset.start));
    this.#box = need(player, '.transcript ol', HTMLElement);
    for (const kind of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
      this.#box.addEventListener(kind, () => { this.#heldUntil = performance.now() + HELD; }, { passive: true });
    }
  }

  /** @param {(second: number) => void} act */
  onChoose(act) {
    for (const [index, cue] of this.#cues.entries()) {
      cue.addEventListener('click', () => {
        this.#heldUntil = 0;
        act(this.#starts[index] ?? 0);
      });
    }
  }

  /**
   * Returns whether the transcript as a whole has the focus.
   *
   * @param {Event} event
   */
  isAt(event) { return event.target === this.#box; }

  /** @param {number} second */
  follow(second) {
    const cue = this.#cues[this.#starts.findLastIndex(start => start <= second + EARLY)];
    if (cue === this.#current) return;
    this.#current?.removeAttribute('aria-current');
    this.#current = cue;
    if (!cue) return;
    cue.setAttribute('aria-current', 'true');
    if (performance.now() >= this.#heldUntil) this.#scrollTo(cue);
  }

  // Within its own box: the page stays where it is.
  /** @param {HTMLElement} cue */
  #scrollTo(cue) {
    const line = cue.parentElement ?? cue, box = this.#box;
    const top = line.offsetTop - (box.clientHeight - cue.offsetHeight) / 2;
    const isFar = Math.abs(top - box.scrollTop) > box.clientHeight;
    box.scrollTo({ top, behavior: calm.matches || isFar ? 'instant' : 'smooth' });
  }
}
