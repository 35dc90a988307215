// What can be undone and done again. States are values that nobody changes.

const MOST = 200;

/** @template T */
export class History {
  /** @type {T[]} */
  #before = [];
  /** @type {T[]} */
  #after = [];

  /** @param {T} state */
  constructor(state) { this.state = state; }

  get canUndo() { return this.#before.length > 0; }

  get canRedo() { return this.#after.length > 0; }

  /** @param {T} state */
  put(state) {
    this.#before = [...this.#before, this.state].slice(-MOST);
    this.#after = [];
    this.state = state;
  }

  /** Returns whether there was something. */
  undo() { return this.#go(this.#before, this.#after); }

  /** Returns whether there was something. */
  redo() { return this.#go(this.#after, this.#before); }

  /**
   * @param {T[]} from
   * @param {T[]} to
   */
  #go(from, to) {
    if (!from.length) return false;
    to.push(this.state);
    this.state = /** @type {T} */ (from.pop());
    return true;
  }
}
