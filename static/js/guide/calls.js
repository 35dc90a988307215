// What was called, and how much of it was right.

export class Calls {
  /** @type {boolean[]} */
  #made = [];

  /** @param {string[]} answers of the pictures, in their order */
  constructor(answers) {
    this.answers = answers;
  }

  /** The picture that is asked; their number once all were called. */
  get at() { return this.#made.length; }

  get isOver() { return this.at === this.answers.length; }

  get right() { return this.#made.filter(Boolean).length; }

  /** The answers that were not found. */
  get missed() { return this.answers.filter((_, index) => this.#made[index] === false); }

  /**
   * Calls the picture that is asked by a name, once, and returns whether it is right.
   *
   * @param {string} name
   */
  call(name) {
    if (this.isOver) throw new Error('All pictures were called.');
    const isRight = this.answers[this.at] === name;
    this.#made.push(isRight);
    return isRight;
  }

  again() { this.#made = []; }
}
