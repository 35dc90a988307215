// What is to be sent, in this browser until it has arrived: the newest of each place, in the order they were given.
// Each carries this browser's name and a number that only grows, so that the server knows an older one that comes late.
const longest = 60000;
let sender = {}; // where storage is refused, this page's own

const read = key => {
  try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
};

export class Outbox {
  #key; #memory = {}; #wait = 1000; #timer = null; #running = null;

  constructor(key) { this.#key = key; }

  retry = () => {};

  // Without storage (a private window may refuse it) the page itself remembers while it is open.
  #load() { return { ...this.#memory, ...read(this.#key) }; }

  #store(entries) {
    this.#memory = entries;
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.#key, JSON.stringify(entries));
      else localStorage.removeItem(this.#key);
    } catch { return; }
    this.#memory = {};
  }

  #sender() {
    const kept = { ...sender, ...read('escan:device') };
    // The second way to a random UUID is open to a page without https, too.
    const device = kept.device ?? crypto.randomUUID?.() ?? URL.createObjectURL(new Blob()).slice(-36);
    const number = Math.max(Date.now(), (kept.number ?? 0) + 1); // a clock that is set back changes nothing
    sender = { device, number };
    try { localStorage.setItem('escan:device', JSON.stringify(sender)); } catch { /* see above */ }
    return sender;
  }

  get isEmpty() { return !Object.keys(this.#load()).length; }

  get(place) { return this.#load()[place]; }

  put(place, body) { this.#store({ ...this.#load(), [place]: { body, ...this.#sender() } }); }

  #drop(place, number) {
    const entries = this.#load();
    if (entries[place]?.number === number) delete entries[place]; // a newer one was given meanwhile
    this.#store(entries);
  }

  // One at a time, also among this browser's tabs. Returns what became of the last: kept, refused, lost, waits.
  flush(send) {
    this.#running ??= this.#locked(send).finally(() => { this.#running = null; });
    return this.#running;
  }

  #locked(send) {
    return navigator.locks ? navigator.locks.request(this.#key, () => this.#drain(send)) : this.#drain(send);
  }

  async #drain(send) {
    clearTimeout(this.#timer);
    let outcome = 'kept', refused = false;
    for (;;) {
      const [next] = Object.entries(this.#load()).sort((one, other) => one[1].number - other[1].number);
      if (!next) break;
      const [place, entry] = next;
      try { outcome = await send(place, entry); } catch { outcome = 'lost'; }
      if (outcome === 'lost' || outcome === 'waits') break;
      refused ||= outcome === 'refused';
      this.#drop(place, entry.number);
    }
    if (outcome === 'lost') {
      this.#timer = setTimeout(() => this.retry(), this.#wait);
      this.#wait = Math.min(longest, this.#wait * 2);
    } else this.#wait = 1000;
    return refused && outcome === 'kept' ? 'refused' : outcome;
  }
}
