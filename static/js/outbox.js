// What is to be sent, in this browser until it has arrived: the newest of each place, in the order they were given.
// Each carries this browser's name and a number that only grows, so that the server knows an older one that comes late.
import { keepObject, readObject } from './shared/storage.js';

/** @typedef {{ device: string, number: number }} Sender */
/** @typedef {{ body: string } & Sender} Entry */
/** @typedef {'kept' | 'refused' | 'lost' | 'waits'} Outcome */
/** @typedef {(place: string, entry: Entry) => Promise<Outcome>} Send */

const SHORTEST = 1000; // milliseconds between two attempts,
const LONGEST = 60000; // which double until then
const SENDER = 'escan:device';

/** @type {Partial<Sender>} where storage is refused, this page's own */
let sender = {};

// The second way to a random UUID is open to a page without https, too.
const newDevice = () => ('randomUUID' in crypto ? crypto.randomUUID() : URL.createObjectURL(new Blob()).slice(-36));

/** @returns {Sender} */
const nextSender = () => {
  /** @type {Partial<Sender>} */
  const kept = { ...sender, ...readObject(SENDER) };
  const number = Math.max(Date.now(), (kept.number ?? 0) + 1); // a clock that is set back changes nothing
  const next = { device: kept.device ?? newDevice(), number };
  sender = next;
  keepObject(SENDER, next);
  return next;
};

export class Outbox {
  #key;
  /** @type {Record<string, Entry>} */
  #memory = {};
  #wait = SHORTEST;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<Outcome> | null} */
  #running = null;
  /** Is called when what was lost should be sent once more. */
  retry = () => {};

  /** @param {string} key */
  constructor(key) { this.#key = key; }

  // Without storage (a private window may refuse it) the page itself remembers while it is open.
  /** @returns {Record<string, Entry>} */
  #load() { return { ...this.#memory, ...readObject(this.#key) }; }

  /** @param {Record<string, Entry>} entries */
  #store(entries) { this.#memory = keepObject(this.#key, entries) ? {} : entries; }

  get isEmpty() { return !Object.keys(this.#load()).length; }

  clear() { this.#store({}); }

  /** @param {string} place */
  get(place) { return this.#load()[place]; }

  /**
   * @param {string} place
   * @param {string} body
   */
  put(place, body) { this.#store({ ...this.#load(), [place]: { body, ...nextSender() } }); }

  /**
   * @param {string} place
   * @param {number} number
   */
  #drop(place, number) {
    const entries = this.#load();
    if (entries[place]?.number === number) delete entries[place]; // else a newer one was given meanwhile
    this.#store(entries);
  }

  /**
   * Sends one at a time, also among this browser's tabs. Returns what became of the last.
   *
   * @param {Send} send
   */
  flush(send) {
    this.#running ??= this.#locked(send).finally(() => { this.#running = null; });
    return this.#running;
  }

  /**
   * @param {Send} send
   * @returns {Promise<Outcome>}
   */
  #locked(send) {
    // A page without https has no locks.
    return 'locks' in navigator ? navigator.locks.request(this.#key, () => this.#drain(send)) : this.#drain(send);
  }

  /**
   * @param {Send} send
   * @returns {Promise<Outcome>}
   */
  async #drain(send) {
    clearTimeout(this.#timer);
    /** @type {Outcome} */
    let outcome = 'kept';
    let isRefused = false;
    for (;;) {
      const [next] = Object.entries(this.#load()).sort(([, one], [, other]) => one.number - other.number);
      if (!next) break;
      const [place, entry] = next;
      outcome = await send(place, entry).catch(() => 'lost');
      if (outcome === 'lost' || outcome === 'waits') break;
      isRefused ||= outcome === 'refused';
      this.#drop(place, entry.number);
    }
    this.#waitAfter(outcome);
    return isRefused && outcome === 'kept' ? 'refused' : outcome;
  }

  /** @param {Outcome} outcome */
  #waitAfter(outcome) {
    if (outcome === 'lost') {
      this.#timer = setTimeout(() => { this.retry(); }, this.#wait);
      this.#wait = Math.min(LONGEST, this.#wait * 2);
    } else {
      this.#wait = SHORTEST;
    }
  }
}
