// What all tabs of this browser have played and not delivered, by the learner's id and by video.
// Whoever writes has read in the same moment, without waiting in between, so that no tab writes over another's seconds.
import { keepObject, readObject } from '../shared/storage.js';
import { toRuns } from './watched.js';

/** @typedef {import('./watched.js').Entry} Entry */
/** @typedef {{ url: string, watched: import('./watched.js').Watched, place: import('./watched.js').Place, here: number }} Own */

export class Waiting {
  /** @param {string} learner */
  constructor(learner) { this.key = `watched:${learner}`; }

  /** @returns {Record<string, Entry>} */
  #all() { return readObject(this.key); }

  /** @param {string} video */
  of(video) { return this.#all()[video]; }

  /**
   * Returns a video that waits, and is none of these.
   *
   * @param {Map<string, unknown>} videos
   */
  other(videos) { return Object.entries(this.#all()).find(([video]) => !videos.has(video)); }

  /**
   * @param {string} video
   * @param {Entry | null} entry
   */
  keep(video, entry) {
    const all = this.#all();
    if (entry && (entry.runs.length || entry.position !== undefined)) all[video] = entry;
    else delete all[video];
    keepObject(this.key, all);
  }

  /**
   * Brings together what this tab played of a video and what the others did, of which the tab may be closed by now. Only
   * what the server lets stand goes away. What another tab delivered meanwhile may come back by this one; it is sent once
   * more, which changes nothing, and then it goes. A page is loaded anew before its last report arrives, so the place is
   * kept, too. Returns whether another tab had anything new.
   *
   * @param {string} video
   * @param {Own} own
   */
  settle(video, { url, watched, place, here }) {
    const kept = this.of(video), hasMore = watched.add(kept?.runs ?? []);
    this.keep(video, { url, runs: toRuns(watched.pending), position: place.keep(here, kept?.position) });
    return hasMore;
  }
}
