// When a report goes out: one at a time and not too often, and once more when the page is left, whatever is on its way.

export class Turns {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #last = -Infinity;
  #onTheWay = 0;
  #interval;
  #deliver;

  /**
   * @param {number} interval milliseconds
   * @param {() => Promise<void>} deliver
   */
  constructor(interval, deliver) {
    this.#interval = interval;
    this.#deliver = deliver;
  }

  /** Of a report that is being made: whether another one has not been answered yet. */
  get isSecond() { return this.#onTheWay > 1; }

  /** A report goes out now. */
  begin() { this.#last = performance.now(); }

  /** Reports when it is time to. */
  schedule() {
    this.#timer ??= setTimeout(() => { void this.take(); }, Math.max(0, this.#last + this.#interval - performance.now()));
  }

  /**
   * Reports now, or when what is on its way has been answered. Who leaves the page has no later.
   *
   * @param {{ isLeaving?: boolean }} [how]
   */
  async take({ isLeaving = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#onTheWay && !isLeaving) {
      this.schedule();
      return;
    }
    this.#onTheWay += 1;
    try {
      await this.#deliver();
    } finally {
      this.#onTheWay -= 1;
    }
  }
}
