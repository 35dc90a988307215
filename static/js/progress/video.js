// A video of a lesson: what was played of it, where the learner is in it, and what of that the server should hear.
import { need } from '../shared/elements.js';
import { Strip } from './strip.js';
import { Place, Watched, asText, toRuns } from './watched.js';

/** @typedef {import('./watched.js').Run} Run */
/** @typedef {{ seconds: number, required: number, runs: Run[], position: number }} State as the lesson's page gives it */
/**
 * @typedef {object} Lesson
 * @property {DOMStringMap} words
 * @property {import('./waiting.js').Waiting} waiting
 * @property {() => void} schedule a report, when it is time for one
 * @property {() => void} send a report at once
 * @property {() => void} tell what is still to watch
 */

export class LessonVideo {
  // Whether there is something to report that is neither seconds nor a place.
  #isDue = false;
  // Whether it was played on this page since the report before, so that this is where the reader is.
  isHere = false;
  #isAtPlace = false;
  #isBegun;
  #position;
  #lesson;
  #place;
  #player;
  #strip;
  #told = '';
  #video;

  /**
   * @param {HTMLElement} player
   * @param {State} state
   * @param {Lesson} lesson
   */
  constructor(player, state, lesson) {
    this.#player = player;
    this.#lesson = lesson;
    this.#video = need(player, 'video', HTMLVideoElement);
    this.id = player.dataset.video ?? '';
    this.block = player.closest('[data-block]')?.getAttribute('data-block') ?? '';
    this.watched = new Watched(state);
    const kept = lesson.waiting.of(this.id)?.position;
    this.#place = new Place(state.position, kept);
    this.#position = kept ?? state.position;
    this.#isBegun = state.runs.length > 0;
    this.#strip = this.#makeStrip();
    this.#listen();
    this.show();
    this.settle();
  }

  #makeStrip() {
    const place = this.#player.querySelector('[data-watched]');
    if (!(place instanceof HTMLElement)) return null;
    // As the player shows it: the seconds of the watched ones are rounded up.
    const told = this.#player.querySelector('[data-play] .num')?.textContent.trim();
    return new Strip(place, { words: this.#lesson.words, length: this.watched.length, told, go: () => { this.#playMissing(); } });
  }

  #listen() {
    const video = this.#video;
    this.#restart();
    if (video.readyState) this.#resume();
    else video.addEventListener('loadedmetadata', () => { this.#resume(); }, { once: true });
    video.addEventListener('timeupdate', () => { this.#advance(); });
    video.addEventListener('seeking', () => { this.#restart(); });
    video.addEventListener('seeked', () => { this.settle(); this.#restart(); });
    video.addEventListener('ratechange', () => { this.#advance(); });
    video.addEventListener('pause', () => { this.#pause(); });
    video.addEventListener('play', () => { this.#begin(); });
    video.addEventListener('ended', () => { this.#end(); });
  }

  // A second that the reader chose, by an address or a line of the transcript, comes before the one where they stopped.
  #resume() {
    const video = this.#video, isChosen = this.#player.dataset.at !== undefined;
    const isWithin = this.#position > 0 && this.#position < this.watched.length - 2;
    if (!isChosen && video.currentTime < 1 && isWithin) video.currentTime = this.#position;
    this.#isAtPlace = true;
  }

  #restart() { this.watched.jump(this.#video.currentTime, performance.now()); }

  #advance() {
    const { currentTime: second, playbackRate: rate, seeking: isSeeking } = this.#video;
    this.#count(() => this.watched.advance({ second, now: performance.now(), rate, isSeeking }));
  }

  #begin() {
    this.watched.wake(performance.now());
    this.isHere = true;
    if (this.#isBegun) return;
    // The server's clock for a video starts with the first report, even with nothing in it.
    this.#isDue = true;
    this.#lesson.send();
  }

  #pause() {
    this.#advance();
    this.#isDue = this.isHere = true;
    this.#lesson.schedule();
  }

  #end() {
    this.#advance();
    this.#count(() => this.watched.end());
    this.#isDue = true;
    this.#lesson.send();
  }

  /** @param {() => boolean} gains whether a second was played that is new */
  #count(gains) {
    const wasMissing = this.watched.missing > 0;
    if (!gains()) return;
    this.isHere = true;
    this.settle();
    this.show();
    if (wasMissing && !this.watched.missing) this.#lesson.send();
    else this.#lesson.schedule();
  }

  // Another tab has played something: it may be closed before it is delivered, so it is this one's, too.
  takeUp() {
    if (this.watched.add(this.#lesson.waiting.of(this.id)?.runs ?? [])) this.#showMore();
  }

  settle() {
    const { waiting, words } = this.#lesson;
    const own = { url: words.progressUrl ?? '', watched: this.watched, place: this.#place, here: this.#here() };
    if (waiting.settle(this.id, own)) this.#showMore();
  }

  #showMore() {
    this.show();
    this.#lesson.schedule();
  }

  // The second where the learner is. Before the video is loaded it stands where they stopped, not at its start.
  #here() {
    if (this.#isAtPlace) this.#position = Math.min(this.watched.length, Math.floor(this.#video.currentTime));
    return this.#position;
  }

  get isPlaying() { return !this.#video.paused; }

  get isWaiting() { return this.#isDue || this.watched.pending.size > 0 || this.#place.isNews(this.#here()); }

  // Whether there is more to report than what was reported last, be it on its way.
  get hasNewer() { return this.#isDue || this.#told !== this.#tellNow(); }

  #tellNow() { return `${asText(toRuns(this.watched.pending))} ${this.#here()}`; }

  // What the server should hear now.
  report() {
    this.#isDue = this.isHere = false;
    this.#isBegun = true;
    this.#told = this.#tellNow();
    return { id: this.id, runs: asText(toRuns(this.watched.pending)), position: this.#place.tell(this.#here()) };
  }

  /**
   * A report has arrived.
   *
   * @param {Run[]} runs what the server lets stand
   * @param {number | undefined} position what it told
   */
  take(runs, position) {
    if (position !== undefined) this.#place.arrive(position);
    this.watched.take(runs);
    this.settle();
    this.show();
    if (this.watched.pending.size) this.#lesson.schedule();
  }

  // The report did not arrive: it is made once more.
  owe() { this.#isDue = true; }

  show() {
    if (!this.#strip) return;
    this.#strip.show(this.watched);
    this.#lesson.tell();
  }

  // The video may not be loaded yet: that is player.js's business.
  #playMissing() {
    this.#player.dispatchEvent(new CustomEvent('player:wanted', { detail: this.watched.firstMissing }));
  }
}
