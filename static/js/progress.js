// Tells the server which block the reader is at and which seconds of a film were truly played, so that any device can
// go on there. At most one small request every 15 seconds, and one when the page is left. What the server does not let
// stand yet, or what could not be sent, is kept in the browser under the learner's id and sent again.
const lesson = document.querySelector('[data-progress-url]');
const blocks = [...lesson.querySelectorAll('[data-block]')];
const words = lesson.dataset;
const interval = 15000;
const store = `watched:${words.learner}`;
const complete = document.querySelector('form.complete');

// --- Seconds ---
const toRuns = seconds => {
  const runs = [];
  for (const second of [...seconds].sort((a, b) => a - b)) {
    if (runs.length && runs.at(-1)[1] === second) runs.at(-1)[1]++;
    else runs.push([second, second + 1]);
  }
  return runs;
};
const toSeconds = runs => new Set(runs.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i)));
const asText = runs => runs.slice(0, 300).map(run => run.join('-')).join(',');
const clock = total => {
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const last = String(seconds).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${last}` : `${minutes}:${last}`;
};
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

// --- What waits in the browser, of all its tabs: {video: {url, runs, position}} ---
// Whoever writes has read in the same moment, without waiting in between, so that no tab writes over another's seconds.
const read = () => {
  try { return JSON.parse(localStorage.getItem(store)) ?? {}; } catch { return {}; }
};
const keep = (video, entry) => {
  const all = read();
  if (entry?.runs.length || entry?.position !== undefined) all[video] = entry;
  else delete all[video];
  try { localStorage.setItem(store, JSON.stringify(all)); } catch { /* a private window: the page itself still knows */ }
};

// --- Where the reader is ---
// Where a place is kept already, opening the page does not move it; reading on does.
let moved = !document.querySelector('[data-resume]');
let sentBlock = null;
const current = () => {
  const line = innerHeight * 0.3;
  return (blocks.findLast(block => block.getBoundingClientRect().top <= line) ?? blocks[0])?.dataset.block;
};

// --- Films ---
const films = new Map();
const svg = (name, values) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  return made;
};

class Film {
  constructor(player, state) {
    Object.assign(this, { player, length: state.seconds, required: state.required, position: state.position });
    this.id = player.dataset.video;
    this.block = player.closest('[data-block]').dataset.block;
    this.video = player.querySelector('video');
    this.stands = toSeconds(state.runs);
    this.pending = new Set();
    this.told = this.position;
    this.position = read()[this.id]?.position ?? this.position;
    this.wrote = this.position;
    this.isBegun = state.runs.length > 0;
    this.isDue = false;
    this.isHere = false; // played on this page since the report before, so that this is where the reader is
    this.listen();
    this.show();
    this.settle();
  }

  listen() {
    const { video } = this;
    this.restart();
    if (video.readyState) this.resume();
    else video.addEventListener('loadedmetadata', () => this.resume(), { once: true });
    video.addEventListener('timeupdate', () => this.advance());
    video.addEventListener('seeked', () => this.settle());
    video.addEventListener('seeking', () => this.restart());
    video.addEventListener('seeked', () => this.restart());
    video.addEventListener('ratechange', () => this.advance());
    video.addEventListener('pause', () => { this.advance(); this.isDue = this.isHere = true; schedule(); });
    video.addEventListener('play', () => {
      this.at = performance.now();
      this.isHere = true;
      // The server's clock for a film starts with the first report, even with nothing in it.
      if (!this.isBegun) { this.isDue = true; send(); }
    });
    video.addEventListener('ended', () => { this.advance(); this.mark(this.from, this.length); this.isDue = true; send(); });
  }

  resume() {
    const { video, player } = this;
    // A second that the reader chose, by an address or a line of the transcript, comes before the one where they stopped.
    if (player.dataset.at === undefined && video.currentTime < 1 && this.position > 0 && this.position < this.length - 2) {
      video.currentTime = this.position;
    }
    this.isAtPlace = true;
  }

  restart() {
    this.from = this.last = this.video.currentTime;
    this.at = performance.now();
  }

  // A stretch counts where it took at least the time that it takes at this speed: a jump does not.
  advance() {
    const { video } = this;
    const now = performance.now(), here = video.currentTime, gone = here - this.last;
    if (video.seeking || gone < 0 || gone > ((now - this.at) / 1000) * Math.max(video.playbackRate, 1) * 1.25 + 0.5) {
      this.restart();
      return;
    }
    if (gone === 0) return;
    this.last = here;
    this.at = now;
    this.mark(this.from, here);
  }

  // A second that was played through; a start within its first quarter is its start.
  mark(from, to) {
    const before = this.pending.size, wasMissing = this.missing;
    for (let second = Math.ceil(from - 0.25); second + 1 <= to + 0.05 && second < this.length; second++) {
      if (second >= 0 && !this.stands.has(second)) this.pending.add(second);
    }
    this.from = Math.max(this.from, Math.floor(to) - 1);
    if (this.pending.size > before) {
      this.isHere = true;
      this.settle();
      this.show();
      if (wasMissing && !this.missing) send(); else schedule();
    }
  }

  // The seconds that another tab played and has not delivered: it may be closed by now, so they are this one's, too.
  takeUp() {
    const before = this.pending.size;
    for (const second of toSeconds(read()[this.id]?.runs ?? [])) if (!this.stands.has(second)) this.pending.add(second);
    return this.pending.size > before;
  }

  // Only what the server lets stand leaves the store. What another tab delivered meanwhile may come back by this one;
  // it is sent once more, which changes nothing, and then it leaves.
  settle() {
    for (const second of this.pending) if (this.stands.has(second)) this.pending.delete(second);
    if (this.takeUp()) {
      this.show();
      schedule();
    }
    // A page is loaded anew before its last report arrives, so the place is kept here, too. Who has not moved leaves
    // another tab's place alone.
    let { position } = read()[this.id] ?? {};
    if (this.place !== this.told) position = this.wrote = this.place;
    else if (position === this.wrote) position = undefined;
    keep(this.id, { url: words.progressUrl, runs: toRuns(this.pending), position });
  }

  // The second where the learner is. Before the film is loaded it stands where they stopped, not at its start.
  get place() {
    if (this.isAtPlace) this.position = Math.min(this.length, Math.floor(this.video.currentTime));
    return this.position;
  }

  get isWaiting() { return this.isDue || this.pending.size > 0 || this.place !== this.told; }

  get missing() { return Math.max(0, this.required - new Set([...this.stands, ...this.pending]).size); }

  // By what the server lets stand.
  get left() { return Math.max(0, this.required - this.stands.size); }

  report() {
    this.isDue = this.isHere = false;
    this.isBegun = true;
    this.telling = this.place;
    // Who has not moved does not write over the place that another tab told.
    const place = this.telling === this.told ? {} : { position: this.telling };
    return { video: this.id, batch: crypto.randomUUID(), runs: asText(toRuns(this.pending)), ...place };
  }

  take(answer) {
    this.told = this.telling;
    this.stands = toSeconds(answer.runs);
    this.settle();
    this.show();
    if (this.pending.size) schedule();
  }

  show() {
    const strip = this.player.querySelector('[data-watched]');
    if (!strip) return;
    const seen = new Set([...this.stands, ...this.pending]);
    const values = { watched: clock(seen.size), length: clock(this.length), left: clock(this.missing) };
    const text = fill(this.missing ? words.watchedText : words.enoughText, values);
    if (!this.strip) this.build(strip);
    this.line.textContent = text;
    this.go.hidden = !this.missing;
    this.strip.replaceChildren(...toRuns(seen).map(([start, end]) => svg('rect', { x: start, y: 0, width: end - start, height: 1 })));
    tell();
  }

  build(place) {
    this.strip = svg('svg', { viewBox: `0 0 ${this.length} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.line = document.createElement('span');
    this.line.className = 'note';
    this.go = document.createElement('button');
    Object.assign(this.go, { type: 'button', className: 'btn quiet', textContent: words.goText });
    this.go.addEventListener('click', () => this.playMissing());
    place.classList.add('watched');
    place.append(this.strip, this.line, this.go);
    place.hidden = false;
  }

  playMissing() {
    let second = 0;
    while (this.stands.has(second) || this.pending.has(second)) second++;
    // The film may not be loaded yet: that is player.js's business.
    this.player.dispatchEvent(new CustomEvent('player:wanted', { detail: second }));
  }
}

// --- The button that completes the lesson ---
const tell = () => {
  const button = complete?.querySelector('button');
  if (!button) return;
  const all = [...films.values()], missing = all.reduce((sum, film) => sum + film.missing, 0);
  const isWaiting = all.some(film => film.left > 0);
  button.setAttribute('aria-disabled', String(isWaiting));
  const text = missing ? fill(words.waitText, { left: clock(missing) }) : isWaiting ? words.savingText : '';
  const told = complete.querySelector('[data-unwatched]');
  if (told.textContent !== text) told.textContent = text;
};
complete?.addEventListener('submit', event => {
  if (complete.querySelector('[aria-disabled=true]')) event.preventDefault();
});

// --- Sending ---
let timer = null, lastSent = -interval, isSending = false;
const schedule = () => {
  timer ??= setTimeout(send, Math.max(0, lastSent + interval - performance.now()));
};
const post = async (url, fields) => fetch(url, {
  method: 'POST', body: new URLSearchParams(fields), headers: { 'X-CSRFToken': words.token }, keepalive: true,
});

// What was played on another page and did not reach the server. It names no block: the reader is here by now.
const sendOther = async () => {
  const [video, entry] = Object.entries(read()).find(([id]) => !films.has(id)) ?? [];
  if (!entry) return;
  lastSent = performance.now();
  const { url, runs, position } = entry;
  const place = position === undefined ? {} : { position };
  const answer = await post(url, { video, batch: crypto.randomUUID(), runs: asText(runs), ...place });
  if (answer.ok) {
    const stands = toSeconds((await answer.json()).runs);
    const now = read()[video] ?? { runs: [] }; // another tab may play it
    const left = new Set([...toSeconds(now.runs)].filter(second => !stands.has(second)));
    keep(video, { url, runs: toRuns(left), position: now.position === position ? undefined : now.position });
  } else if (answer.status === 400 || answer.status === 404) {
    keep(video, null); // the film is gone from there
  }
  schedule();
};

const send = async () => {
  for (const film of films.values()) film.settle();
  if (isSending) {
    schedule();
    return;
  }
  clearTimeout(timer);
  timer = null;
  const waiting = [...films.values()].filter(film => film.isWaiting);
  const film = waiting.find(each => !each.video.paused) ?? waiting[0];
  const isPlayed = film?.isHere;
  const block = isPlayed ? film.block : current();
  const isPlace = isPlayed || (moved && block && block !== sentBlock);
  isSending = true;
  try {
    if (!film && !isPlace) {
      await sendOther();
      return;
    }
    lastSent = performance.now();
    if (isPlace) sentBlock = block;
    // A tab that only delivers what another one played does not say that the reader is here.
    const answer = await post(words.progressUrl, { ...(isPlace && { block }), ...film?.report() });
    if (film && answer.ok) film.take(await answer.json());
    else if (film && answer.status >= 500) {
      film.isHere ||= isPlayed;
      schedule();
    }
    if (waiting.length > 1 || Object.keys(read()).some(id => !films.has(id))) schedule();
  } catch {
    // No network: sent again when it is back.
    if (isPlace) sentBlock = null;
    if (film) film.isDue = true;
    if (isPlayed) film.isHere = true;
  } finally {
    isSending = false;
  }
};

for (const [id, state] of Object.entries(JSON.parse(words.films ?? '{}'))) {
  const player = lesson.querySelector(`.player[data-video="${id}"]`);
  if (player?.querySelector('video')) films.set(id, new Film(player, state));
}
tell();
addEventListener('scroll', () => { moved = true; schedule(); }, { passive: true });
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') send(); });
addEventListener('pagehide', send);
addEventListener('online', schedule);
addEventListener('storage', event => {
  if (event.key !== store) return;
  for (const film of films.values()) {
    if (!film.takeUp()) continue;
    film.show();
    schedule();
  }
});
send();
