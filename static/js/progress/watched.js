// What of a video was truly played, in whole seconds (decision 22). It knows no page, no clock and no storage: whoever
// asks says what the time is, so that tests can play a video in no time.

/** @typedef {[start: number, end: number]} Run seconds from start up to end, without end */
/** @typedef {{ url: string, runs: Run[], position?: number | undefined }} Entry what of one video waits in this browser */

// The server takes no more of them in one report.
const MOST_RUNS = 300;
// Seconds by which a playhead may have been late at the start of a second, and early at its end.
const LATE = 0.25;
const EARLY = 0.05;
// A playhead may be this much faster than the speed that it has, and this many seconds ahead: browsers do not tell in time.
const FASTER = 1.25;
const AHEAD = 0.5;

/**
 * @param {Iterable<number>} seconds
 * @returns {Run[]}
 */
export const toRuns = seconds => {
  /** @type {Run[]} */
  const runs = [];
  for (const second of [...seconds].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last?.[1] === second) last[1] += 1;
    else runs.push([second, second + 1]);
  }
  return runs;
};

/** @param {Run[]} runs */
export const toSeconds = runs => new Set(runs.flatMap(([start, end]) => Array.from({ length: end - start }, (_, index) => start + index)));

/** @param {Run[]} runs */
export const asText = runs => runs.slice(0, MOST_RUNS).map(run => run.join('-')).join(',');

/**
 * Returns what still waits of a video after the server has answered what was sent of it. What another tab has added
 * meanwhile stays.
 *
 * @param {object} answered
 * @param {Entry | undefined} answered.now what this browser keeps by now
 * @param {Entry} answered.sent
 * @param {Run[]} answered.stands what the server lets stand
 * @returns {Entry}
 */
export const remainder = ({ now, sent, stands }) => {
  const standing = toSeconds(stands);
  const left = [...toSeconds(now?.runs ?? [])].filter(second => !standing.has(second));
  return { url: sent.url, runs: toRuns(left), position: now?.position === sent.position ? undefined : now?.position };
};

export class Watched {
  /** @type {Set<number>} what the server lets stand */
  stands;
  /** @type {Set<number>} what was played and does not stand yet */
  pending = new Set();
  #from = 0; // the second from which all was played through
  #last = 0; // the playhead, when it was looked at the last time,
  #at = 0; // and the time then, in milliseconds

  /** @param {{ seconds: number, required: number, runs: Run[] }} state */
  constructor({ seconds, required, runs }) {
    this.length = seconds;
    this.required = required;
    this.stands = toSeconds(runs);
  }

  /**
   * The playhead was put somewhere: what is played from here on counts.
   *
   * @param {number} second
   * @param {number} now
   */
  jump(second, now) {
    this.#from = this.#last = second;
    this.#at = now;
  }

  /**
   * The video plays again after a pause, which gives no time to jump in.
   *
   * @param {number} now
   */
  wake(now) { this.#at = now; }

  /**
   * The playhead was seen. A stretch counts if it took at least the time that it takes at this speed: a jump does not.
   * Returns whether a second was played that is new.
   *
   * @param {{ second: number, now: number, rate: number, isSeeking: boolean }} seen
   */
  advance({ second, now, rate, isSeeking }) {
    const gone = second - this.#last;
    const most = ((now - this.#at) / 1000) * Math.max(rate, 1) * FASTER + AHEAD;
    if (isSeeking || gone < 0 || gone > most) {
      this.jump(second, now);
      return false;
    }
    if (gone === 0) return false;
    this.#last = second;
    this.#at = now;
    return this.#mark(second);
  }

  /** The video came to its end, which lies within its last second. Returns whether a second was played that is new. */
  end() { return this.#mark(this.length); }

  /**
   * Takes the seconds that were played through. A start within a second's first quarter is its start.
   *
   * @param {number} to
   */
  #mark(to) {
    const before = this.pending.size;
    for (let second = Math.ceil(this.#from - LATE); second + 1 <= to + EARLY && second < this.length; second += 1) {
      if (second >= 0 && !this.stands.has(second)) this.pending.add(second);
    }
    this.#from = Math.max(this.#from, Math.floor(to) - 1);
    return this.pending.size > before;
  }

  /**
   * Takes over what another tab played and has not delivered. Returns whether there was anything new.
   *
   * @param {Run[]} runs
   */
  add(runs) {
    const before = this.pending.size;
    for (const second of toSeconds(runs)) if (!this.stands.has(second)) this.pending.add(second);
    return this.pending.size > before;
  }

  /**
   * The server has answered. Only what it lets stand is no longer pending.
   *
   * @param {Run[]} runs
   */
  take(runs) {
    this.stands = toSeconds(runs);
    for (const second of this.pending) if (this.stands.has(second)) this.pending.delete(second);
  }

  get seen() { return new Set([...this.stands, ...this.pending]); }

  /** Seconds still to play before the video counts as watched. */
  get missing() { return Math.max(0, this.required - this.seen.size); }

  /** The same by what the server lets stand. */
  get left() { return Math.max(0, this.required - this.stands.size); }

  get firstMissing() {
    const { seen } = this;
    let second = 0;
    while (seen.has(second)) second += 1;
    return second;
  }
}

/** The second where the learner is in a video: what the server knows, and what other tabs of this browser say. */
export class Place {
  #told; // what the server knows
  #wrote; // what this tab has put into the browser's storage

  /**
   * @param {number} told
   * @param {number | undefined} kept
   */
  constructor(told, kept) {
    this.#told = told;
    this.#wrote = kept ?? told;
  }

  /** @param {number} here */
  isNews(here) { return here !== this.#told; }

  /**
   * Returns what the browser keeps from now on. Who has not moved leaves another tab's place alone.
   *
   * @param {number} here
   * @param {number | undefined} kept
   */
  keep(here, kept) {
    if (this.isNews(here)) {
      this.#wrote = here;
      return here;
    }
    return kept === this.#wrote ? undefined : kept;
  }

  /**
   * Returns what to tell the server. Who has not moved does not write over the place that another tab told.
   *
   * @param {number} here
   */
  tell(here) { return this.isNews(here) ? here : undefined; }

  /**
   * The server has answered.
   *
   * @param {number} told
   */
  arrive(told) { this.#told = told; }
}
