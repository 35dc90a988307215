// The player of a lesson's videos: hls.js behind the browser's own controls, speed, keys, the transcript that follows.
// A second has the address #b-<block>@<second>. What was watched is progress.js's business; this keeps speed and captions alone.
import { closest, need } from './shared/elements.js';
import { keepText, readText } from './shared/storage.js';
import { Transcript } from './player/transcript.js';

const HLS_TYPE = 'application/vnd.apple.mpegurl';
// Both stand in learners' browsers under these names.
const SPEED_KEY = 'film-speed';
const CAPTIONS_KEY = 'film-captions';
// Milliseconds. A link that expires within so short a time after the last has another cause.
const PATIENCE = 15000;
const script = need(document, 'script[data-hls]', HTMLScriptElement);

const loadHls = async () => (/** @type {HlsModule} */ (await import(script.dataset.hls ?? ''))).default;

class Player {
  /** @type {string | null} the playlist, once the video's bytes are asked for; before that nothing of it is loaded */
  #source = null;
  /** @type {InstanceType<Hls> | null} */
  #hls = null;
  /** @type {number | null} the second to start from, once the video is loaded */
  #wanted = null;
  #hasRecovered = false;
  #renewed = -Infinity;
  #speed = 1;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.video = need(root, 'video', HTMLVideoElement);
    this.trouble = this.#part('.trouble');
    this.playButton = this.#part('[data-play]');
    this.speedField = need(root, '[data-speed]', HTMLSelectElement);
    this.speeds = [...this.speedField.options].map(option => Number(option.value));
    this.transcript = new Transcript(root);
    this.#listen();
    this.#listenToVideo();
    this.#setUpActs();
  }

  /** @param {string} selector */
  #part(selector) { return need(this.root, selector, HTMLElement); }

  #listen() {
    const { root, transcript } = this;
    for (const button of [this.playButton, this.#part('[data-again]')]) button.addEventListener('click', () => { this.#start(); });
    transcript.onChoose(second => { this.#seek(second); void this.#play(); });
    root.addEventListener('player:wanted', ({ detail }) => { this.#seek(detail); this.#start(); });
    // Before the browser's own controls, which would act on the same keys in their way.
    root.addEventListener('keydown', event => { this.#press(event); }, { capture: true });
  }

  #listenToVideo() {
    const { video, transcript } = this;
    video.addEventListener('loadedmetadata', () => { this.#getReady(); });
    video.addEventListener('timeupdate', () => { transcript.follow(video.currentTime); });
    video.addEventListener('seeked', () => { transcript.follow(video.currentTime); });
    video.addEventListener('ratechange', () => { this.#showSpeed(); });
    video.addEventListener('playing', () => { this.trouble.hidden = true; });
    video.addEventListener('error', () => { if (!this.#hls && this.#source) this.#renew(null); });
    if (this.#track && readText(CAPTIONS_KEY) === 'off') this.#track.mode = 'hidden';
    video.textTracks.addEventListener('change', () => { this.#showCaptions(); });
  }

  #setUpActs() {
    const pip = this.#part('[data-pip]');
    this.#part('[data-acts]').hidden = this.playButton.hidden = false;
    // Nothing is loaded yet, so the browser's own could only stand there dead.
    this.video.controls = false;
    const kept = Number(readText(SPEED_KEY));
    this.#applySpeed(this.speeds.includes(kept) ? kept : 1);
    this.speedField.addEventListener('change', () => { this.#chooseSpeed(Number(this.speedField.value)); });
    this.#part('[data-captions]').addEventListener('click', () => { this.#switchCaptions(); });
    pip.hidden = !document.pictureInPictureEnabled;
    pip.addEventListener('click', () => { void this.#switchPip(); });
  }

  async #load() {
    this.trouble.hidden = true;
    if (this.#source !== null) return;
    this.#source = this.root.dataset.playlist ?? '';
    if (this.#isNative()) {
      this.video.src = this.#source;
      return;
    }
    try {
      const Hls = await loadHls();
      if (Hls.isSupported()) this.#attach(Hls, this.#source);
      else this.#tell('unsupported');
    } catch {
      this.#tell('failed');
    }
  }

  // Where the browser plays HLS by itself and nothing else could: on older iPhones.
  #isNative() {
    return !('MediaSource' in globalThis) && !('ManagedMediaSource' in globalThis) && this.video.canPlayType(HLS_TYPE) !== '';
  }

  /**
   * @param {Hls} Hls
   * @param {string} source
   */
  #attach(Hls, source) {
    // Streams are whole MP4 files, so there is nothing for a worker to do, and the policy allows none.
    const hls = new Hls({ enableWorker: false, maxBufferLength: 60, startPosition: this.#wanted ?? -1, capLevelToPlayerSize: true });
    this.#hls = hls;
    hls.on(Hls.Events.ERROR, (_, { response, fatal, type }) => {
      if (response?.code === 403) {
        this.#renew(403);
      } else if (fatal && type === Hls.ErrorTypes.MEDIA_ERROR && !this.#hasRecovered) {
        this.#hasRecovered = true;
        hls.recoverMediaError();
      } else if (fatal) {
        this.#tell('failed');
      }
    });
    hls.loadSource(source);
    hls.attachMedia(this.video);
  }

  /**
   * A link has expired: new ones, and on at the same second. Twice in a row it is something else.
   *
   * @param {number | null} status
   */
  #renew(status) {
    const { video } = this, now = performance.now(), isPlaying = !video.paused;
    this.#wanted = video.currentTime || this.#wanted;
    const isTooSoon = now - this.#renewed < PATIENCE;
    this.#renewed = now;
    this.#forget();
    if (isTooSoon) this.#tell(status === 403 ? 'refused' : 'failed');
    else if (isPlaying) void this.#play();
    else void this.#load();
  }

  #forget() {
    this.#hls?.destroy();
    this.#hls = this.#source = null;
    this.#hasRecovered = false;
  }

  /** @param {'failed' | 'refused' | 'unsupported'} kind */
  #tell(kind) {
    if (this.video.currentTime) this.#wanted = this.video.currentTime;
    this.#forget();
    this.#part('[data-told]').textContent = this.root.dataset[kind] ?? '';
    this.trouble.hidden = false;
    this.playButton.hidden = true;
  }

  #getReady() {
    const { video } = this, wanted = this.#wanted;
    this.playButton.hidden = video.controls = true;
    video.defaultPlaybackRate = video.playbackRate = this.#speed;
    if (wanted !== null && Math.abs(video.currentTime - wanted) > 0.5) video.currentTime = wanted;
    this.#wanted = null;
    this.root.dispatchEvent(new CustomEvent('player:ready', { bubbles: true }));
  }

  async #play() {
    this.playButton.hidden = true;
    await this.#load();
    // What keeps it from playing is told by the events above, or is the browser's wish for another click.
    this.video.play().catch(() => {});
  }

  // Plays, and takes the keys.
  #start() {
    void this.#play();
    this.video.focus({ preventScroll: true });
  }

  /** @param {number} second */
  #seek(second) {
    const { video, root } = this;
    const at = Math.min(Math.max(second, 0), Number(root.dataset.seconds));
    root.dataset.at = String(at);
    if (video.readyState) {
      video.currentTime = Math.min(at, video.duration || at);
    } else {
      this.#wanted = at;
      this.transcript.follow(at);
    }
  }

  /** @param {number} seconds */
  #step(seconds) { this.#seek((this.video.readyState ? this.video.currentTime : this.#wanted ?? 0) + seconds); }

  /**
   * The address names a second: ready there, and not playing until the reader says so.
   *
   * @param {number} second
   */
  open(second) {
    this.#seek(second);
    this.root.scrollIntoView({ block: 'start', behavior: 'instant' });
    this.video.focus({ preventScroll: true });
    void this.#load();
  }

  /** @param {number} speed */
  #applySpeed(speed) {
    this.#speed = speed;
    this.video.defaultPlaybackRate = this.video.playbackRate = speed;
    this.speedField.value = String(speed);
  }

  /** @param {number} speed */
  #chooseSpeed(speed) {
    this.#applySpeed(speed);
    keepText(SPEED_KEY, String(speed));
  }

  #showSpeed() {
    const rate = this.video.playbackRate;
    if (this.video.readyState && this.speeds.includes(rate) && rate !== this.#speed) this.#chooseSpeed(rate);
  }

  /** @param {1 | -1} step */
  #changeSpeed(step) {
    const next = this.speeds[this.speeds.indexOf(this.#speed) + step];
    if (next) this.#chooseSpeed(next);
  }

  get #track() { return this.video.textTracks[0]; }

  #switchCaptions() {
    const track = this.#track;
    if (track) track.mode = track.mode === 'showing' ? 'hidden' : 'showing';
  }

  // By our button, or by the browser's own menu.
  #showCaptions() {
    const isShown = this.#track?.mode === 'showing';
    this.#part('[data-captions]').setAttribute('aria-pressed', String(isShown));
    keepText(CAPTIONS_KEY, isShown ? '' : 'off');
  }

  async #switchPip() {
    try {
      if (document.pictureInPictureElement) {
        await document.exitPictureInPicture();
      } else {
        await this.#load();
        await this.video.requestPictureInPicture();
      }
    } catch { /* nothing is loaded yet, or the browser says no */ }
  }

  #switchFull() {
    /** @type {{ requestFullscreen?: () => Promise<void>, webkitEnterFullscreen?: () => void }} older iPhones have the second alone */
    const video = this.video;
    const ignore = () => {};
    if (document.fullscreenElement) document.exitFullscreen().catch(ignore);
    else if (video.requestFullscreen) video.requestFullscreen().catch(ignore);
    else video.webkitEnterFullscreen?.();
  }

  #switchPlay() {
    if (this.video.paused) void this.#play();
    else this.video.pause();
  }

  #switchSound() { this.video.muted = !this.video.muted; }

  #acts = new Map(Object.entries({
    k: () => { this.#switchPlay(); }, ArrowLeft: () => { this.#step(-5); }, ArrowRight: () => { this.#step(5); },
    j: () => { this.#step(-10); }, l: () => { this.#step(10); },
    '<': () => { this.#changeSpeed(-1); }, '>': () => { this.#changeSpeed(1); }, c: () => { this.#switchCaptions(); },
    f: () => { this.#switchFull(); }, m: () => { this.#switchSound(); }, p: () => { void this.#switchPip(); },
  }));

  /** @param {KeyboardEvent} event */
  #actOf(event) {
    const { key } = event;
    if (key !== ' ') return this.#acts.get(key.length === 1 ? key.toLowerCase() : key);
    // Space presses the button, or moves the transcript, that has the focus.
    const isTaken = closest(event, 'button, summary') || this.transcript.isAt(event);
    return isTaken ? undefined : this.#acts.get('k');
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || closest(event, 'input, select, textarea, [contenteditable]')) return;
    const act = this.#actOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

/** @type {Map<string | undefined, Player>} by the block that they stand in */
const players = new Map();
for (const root of document.querySelectorAll('.player')) {
  if (root instanceof HTMLElement) players.set(root.closest('[data-block]')?.id, new Player(root));
}

const address = () => {
  try { return decodeURIComponent(location.hash); } catch { return ''; } // what cannot be decoded names no second
};
const openAddress = () => {
  const [, block, second] = /^#(b-.+)@(\d+(?:\.\d+)?)$/.exec(address()) ?? [];
  if (block !== undefined) players.get(block)?.open(Number(second));
};
addEventListener('hashchange', openAddress);
openAddress();
