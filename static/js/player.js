// The player of a lesson's films: hls.js behind the browser's own controls, speed, keys, the transcript that follows.
// A second has the address #b-<block>@<second>. What was watched is progress.js's business; this keeps the speed alone.
const HLS_TYPE = 'application/vnd.apple.mpegurl';
const SPEED_KEY = 'film-speed';
// Milliseconds. A link that expires within so short a time after the last has another cause.
const PATIENCE = 15000;
// Milliseconds for which the transcript stays where its reader scrolled it.
const HELD = 8000;
const script = document.querySelector('script[data-hls]');
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const remembered = () => { try { return localStorage.getItem(SPEED_KEY); } catch { return null; } };
const remember = speed => { try { localStorage.setItem(SPEED_KEY, speed); } catch { /* a private window */ } };
const loadHls = async () => (await import(script.dataset.hls)).default;

class Player {
  constructor(root) {
    this.root = root;
    this.video = root.querySelector('video');
    this.find = name => root.querySelector(name);
    this.cues = [...root.querySelectorAll('[data-start]')];
    this.starts = this.cues.map(cue => Number(cue.dataset.start));
    this.box = this.find('.transcript ol');
    this.heldUntil = 0;
    this.renewed = -Infinity;
    this.wanted = null;
    this.listen();
    this.setUpActs();
  }

  listen() {
    const { video, root } = this;
    this.find('[data-play]').addEventListener('click', () => { this.play(); video.focus({ preventScroll: true }); });
    this.find('[data-again]').addEventListener('click', () => { this.play(); video.focus({ preventScroll: true }); });
    for (const [index, cue] of this.cues.entries()) cue.addEventListener('click', () => { this.heldUntil = 0; this.seek(this.starts[index]); this.play(); });
    root.addEventListener('player:wanted', ({ detail }) => { this.seek(detail); this.play(); video.focus({ preventScroll: true }); });
    // Before the browser's own controls, which would act on the same keys in their way.
    root.addEventListener('keydown', event => this.press(event), { capture: true });
    video.addEventListener('loadedmetadata', () => this.ready());
    video.addEventListener('timeupdate', () => this.follow());
    video.addEventListener('seeked', () => this.follow());
    video.addEventListener('ratechange', () => this.showSpeed());
    video.addEventListener('playing', () => { this.find('.trouble').hidden = true; });
    video.addEventListener('error', () => { if (!this.hls && this.source) this.renew(null); });
    video.textTracks.addEventListener('change', () => this.showCaptions());
    for (const kind of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
      this.box.addEventListener(kind, () => { this.heldUntil = performance.now() + HELD; }, { passive: true });
    }
  }

  setUpActs() {
    const pip = this.find('[data-pip]'), speed = this.find('[data-speed]');
    this.find('[data-acts]').hidden = this.find('[data-play]').hidden = false;
    // Nothing is loaded yet, so the browser's own could only stand there dead.
    this.video.controls = false;
    this.speeds = [...speed.options].map(option => Number(option.value));
    const known = Number(remembered());
    this.setSpeed(this.speeds.includes(known) ? known : 1, { isChosen: false });
    speed.addEventListener('change', () => this.setSpeed(Number(speed.value)));
    this.find('[data-captions]').addEventListener('click', () => this.switchCaptions());
    pip.hidden = !document.pictureInPictureEnabled;
    pip.addEventListener('click', () => this.switchPip());
  }

  // Once the film's bytes are asked for; before that nothing of it is loaded.
  async load() {
    this.find('.trouble').hidden = true;
    if (this.source) return;
    const { video, root } = this;
    this.source = root.dataset.playlist;
    if (this.isNative()) { video.src = this.source; return; }
    try {
      const Hls = await loadHls();
      if (!Hls.isSupported()) { this.tell('unsupported'); return; }
      this.attach(Hls);
    } catch {
      this.tell('failed');
    }
  }

  // Where the browser plays HLS by itself and nothing else could: on older iPhones.
  isNative() {
    return !globalThis.MediaSource && !globalThis.ManagedMediaSource && this.video.canPlayType(HLS_TYPE) !== '';
  }

  attach(Hls) {
    // Streams are whole MP4 files, so there is nothing for a worker to do, and the policy allows none.
    this.hls = new Hls({ enableWorker: false, maxBufferLength: 60, startPosition: this.wanted ?? -1, capLevelToPlayerSize: true });
    this.hls.on(Hls.Events.ERROR, (_, data) => {
      const status = data.response?.code;
      if (status === 403) this.renew(status);
      else if (data.fatal && data.type === Hls.ErrorTypes.MEDIA_ERROR && !this.recovered) { this.recovered = true; this.hls.recoverMediaError(); }
      else if (data.fatal) this.tell('failed');
    });
    this.hls.loadSource(this.source);
    this.hls.attachMedia(this.video);
  }

  // A link has expired: new ones, and on at the same second. Twice in a row it is something else.
  renew(status) {
    const { video } = this, now = performance.now();
    const isPlaying = !video.paused;
    this.wanted = video.currentTime || this.wanted;
    const isTooSoon = now - this.renewed < PATIENCE;
    this.renewed = now;
    this.forget();
    if (isTooSoon) { this.tell(status === 403 ? 'refused' : 'failed'); return; }
    if (isPlaying) this.play(); else this.load();
  }

  forget() {
    this.hls?.destroy();
    this.hls = this.source = null;
    this.recovered = false;
  }

  tell(kind) {
    if (this.video.currentTime) this.wanted = this.video.currentTime;
    this.forget();
    this.find('[data-told]').textContent = this.root.dataset[kind];
    this.find('.trouble').hidden = false;
    this.find('[data-play]').hidden = true;
  }

  ready() {
    const { video } = this;
    this.find('[data-play]').hidden = video.controls = true;
    video.defaultPlaybackRate = video.playbackRate = this.speed;
    if (this.wanted !== null && Math.abs(video.currentTime - this.wanted) > 0.5) video.currentTime = this.wanted;
    this.wanted = null;
    this.root.dispatchEvent(new CustomEvent('player:ready', { bubbles: true }));
  }

  async play() {
    this.find('[data-play]').hidden = true;
    await this.load();
    // What keeps it from playing is told by the events above, or is the browser's wish for another click.
    this.video.play().catch(() => {});
  }

  seek(second) {
    const { video, root } = this;
    const at = Math.min(Math.max(second, 0), Number(root.dataset.seconds));
    root.dataset.at = at;
    if (video.readyState) video.currentTime = Math.min(at, video.duration || at);
    else { this.wanted = at; this.follow(at); }
  }

  get at() { return this.video.readyState ? this.video.currentTime : this.wanted ?? 0; }

  // The address names a second: ready there, and not playing until the reader says so.
  async open(second) {
    this.seek(second);
    this.root.scrollIntoView({ block: 'start', behavior: 'instant' });
    this.video.focus({ preventScroll: true });
    await this.load();
  }

  setSpeed(speed, { isChosen = true } = {}) {
    this.speed = speed;
    this.video.defaultPlaybackRate = this.video.playbackRate = speed;
    this.find('[data-speed]').value = String(speed);
    if (isChosen) remember(speed);
  }

  showSpeed() {
    const rate = this.video.playbackRate;
    if (this.video.readyState && this.speeds.includes(rate) && rate !== this.speed) this.setSpeed(rate);
  }

  changeSpeed(step) {
    const next = this.speeds[this.speeds.indexOf(this.speed) + step];
    if (next) this.setSpeed(next);
  }

  get track() { return this.video.textTracks[0]; }

  switchCaptions() { this.track.mode = this.track.mode === 'showing' ? 'hidden' : 'showing'; }

  showCaptions() { this.find('[data-captions]').setAttribute('aria-pressed', String(this.track.mode === 'showing')); }

  async switchPip() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else { await this.load(); await this.video.requestPictureInPicture(); }
    } catch { /* nothing is loaded yet, or the browser says no */ }
  }

  switchFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.video.requestFullscreen) this.video.requestFullscreen().catch(() => {});
    else this.video.webkitEnterFullscreen?.();
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, select, textarea, [contenteditable]')) return;
    const isButton = event.target.closest('button, summary');
    const toggle = () => { if (this.video.paused) this.play(); else this.video.pause(); };
    const acts = {
      k: toggle, ArrowLeft: () => this.seek(this.at - 5), ArrowRight: () => this.seek(this.at + 5),
      j: () => this.seek(this.at - 10), l: () => this.seek(this.at + 10),
      '<': () => this.changeSpeed(-1), '>': () => this.changeSpeed(1), c: () => this.switchCaptions(),
      f: () => this.switchFull(), m: () => { this.video.muted = !this.video.muted; }, p: () => this.switchPip(),
    };
    if (!isButton && event.target !== this.box) acts[' '] = toggle;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  follow(second = this.video.currentTime) {
    const index = this.starts.findLastIndex(start => start <= second + 0.05);
    const cue = this.cues[index];
    if (cue === this.current) return;
    this.current?.removeAttribute('aria-current');
    this.current = cue;
    if (!cue) return;
    cue.setAttribute('aria-current', 'true');
    if (performance.now() < this.heldUntil) return;
    // Within its own box: the page stays where it is.
    const top = cue.parentElement.offsetTop - (this.box.clientHeight - cue.offsetHeight) / 2;
    const isFar = Math.abs(top - this.box.scrollTop) > this.box.clientHeight;
    this.box.scrollTo({ top, behavior: calm.matches || isFar ? 'instant' : 'smooth' });
  }
}

const players = new Map([...document.querySelectorAll('.player')].map(root => [root.closest('[data-block]')?.id, new Player(root)]));

// What cannot be decoded names no second.
const address = () => { try { return decodeURIComponent(location.hash); } catch { return ''; } };
const openAddress = () => {
  const match = /^#(b-.+)@(\d+(?:\.\d+)?)$/.exec(address());
  if (match) players.get(match[1])?.open(Number(match[2]));
};
addEventListener('hashchange', openAddress);
openAddress();
