// A video that is played in no time, and tells where it is as a browser does: some four times a second.
import { Watched } from '../../../static/js/progress/watched.js';

/** @typedef {import('../../../static/js/progress/watched.js').Run} Run */

export class Tape {
  second = 0;
  now = 0;
  rate = 1;

  /** @param {{ seconds?: number, required?: number, runs?: Run[] }} state */
  constructor({ seconds = 60, required = seconds, runs = [] } = {}) {
    this.watched = new Watched({ seconds, required, runs });
    this.watched.jump(0, 0);
  }

  /** Returns whether this gave anything new. */
  tell({ isSeeking = false } = {}) {
    return this.watched.advance({ second: this.second, now: this.now, rate: this.rate, isSeeking });
  }

  /**
   * @param {number} to a second of the video
   * @param {{ every?: number }} [options] milliseconds between two tellings
   */
  play(to, { every = 250 } = {}) {
    while (this.second < to) {
      const step = Math.min(to - this.second, (every / 1000) * this.rate);
      this.now += (step / this.rate) * 1000;
      this.second = to - this.second - step < 1e-9 ? to : this.second + step;
      this.tell();
    }
    return this;
  }

  /**
   * As a browser does it: seeking, and seeked.
   *
   * @param {number} to
   */
  seek(to) {
    this.second = to;
    this.watched.jump(to, this.now);
    this.now += 40;
    this.watched.jump(to, this.now);
    return this;
  }

  /** @param {number} seconds */
  pause(seconds) {
    this.tell();
    this.now += seconds * 1000;
    this.watched.wake(this.now);
    return this;
  }

  get pending() { return [...this.watched.pending].sort((one, other) => one - other); }
}

/**
 * Returns the seconds from the first up to the last, without the last.
 *
 * @param {number} first
 * @param {number} last
 */
export const range = (first, last) => Array.from({ length: last - first }, (_, index) => first + index);
