// The reader's marks, and how they reach the academy. A mark is sent once it has both its words; until then, and until
// the answer has come, it is kept in this browser too. A mark has a key of its own from the first moment, so that one
// whose answer was lost is not a second one when it is sent again.
import { Outbox } from '../outbox.js';
import { keepObject, readObject } from '../shared/storage.js';

/** @typedef {{ view: string, x: number, y: number, confidence: number, morphology: string, distribution: string }} Content */
/** @typedef {'unfinished' | 'waiting' | 'kept' | 'refused'} State */
/** @typedef {Content & { key: string, id: string | null, state: State, isGone?: boolean, reason?: string }} Mark with why it was refused */
/** @typedef {'waiting' | 'saved' | 'refused' | 'held' | 'reload'} News */
/** @typedef {Content & { id: string }} SentMark */
/**
 * @typedef {object} Source
 * @property {string} reading
 * @property {boolean} locked
 * @property {readonly SentMark[]} marks
 * @property {{ marks: string, page: string }} addresses
 */

const PATIENCE = 15000; // milliseconds

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

/** @param {Content} content */
export const isComplete = ({ morphology, distribution }) => morphology !== '' && distribution !== '';

/** @param {Response} answer */
const isInWords = answer => Boolean(answer.headers.get('Content-Type')?.includes('json'));

export class Marks {
  /** @type {Map<string, Mark>} by key, in the order they were made */
  #marks = new Map();
  #store;
  #outbox;
  #addresses;
  #token;
  /** Is called when something about the marks has changed. */
  onChange = () => {};
  /** @type {(news: News, reason: string) => void} Is called when there is something to say. */
  onNews = () => {};

  /**
   * @param {Source} source
   * @param {string} token
   */
  constructor({ reading, locked, marks, addresses }, token) {
    this.#store = `marks:${reading}`;
    this.#outbox = new Outbox(`marks-out:${reading}`);
    this.#outbox.retry = () => { void this.flush(); };
    this.#addresses = addresses;
    this.#token = token;
    for (const mark of marks) this.#marks.set(mark.id, { ...mark, key: mark.id, state: 'kept' });
    if (locked) this.#drop();
    for (const mark of Object.values(this.#stored)) this.#marks.set(mark.key, mark);
  }

  /** What another tab of this reading keeps stands here, too. @returns {Record<string, Mark>} */
  get #stored() { return readObject(this.#store); }

  /** Of a reading that is locked the marks that were sent stand, and no others. */
  #drop() {
    keepObject(this.#store, {});
    this.#outbox.clear();
  }

  /** Those that are shown. */
  get all() { return [...this.#marks.values()].filter(mark => !mark.isGone); }

  get unfinished() { return this.all.filter(mark => mark.state === 'unfinished').length; }

  get refused() { return this.all.filter(mark => mark.state === 'refused').length; }

  get waiting() { return [...this.#marks.values()].filter(mark => mark.state === 'waiting').length; }

  /** @param {string} key */
  get(key) { return this.#marks.get(key); }

  /** @param {Content} content */
  add(content) {
    const key = newKey();
    this.#put({ ...content, key, id: null, state: 'unfinished' });
    return key;
  }

  /**
   * @param {string} key
   * @param {Partial<Content>} content
   */
  change(key, content) {
    const mark = this.#marks.get(key);
    if (!mark) return;
    const next = { ...mark, ...content, reason: '' };
    if (mark.state === 'kept' && Object.entries(content).every(([name, value]) => mark[/** @type {keyof Content} */ (name)] === value)) return;
    this.#put({ ...next, state: isComplete(next) ? 'waiting' : 'unfinished' });
    void this.flush();
  }

  /** @param {string} key */
  remove(key) {
    const mark = this.#marks.get(key);
    if (!mark) return;
    if ((mark.state === 'unfinished' || mark.state === 'refused') && mark.id === null) this.#forget(key);
    else this.#put({ ...mark, state: 'waiting', isGone: true });
    void this.flush();
  }

  /** @param {Mark} mark */
  #put(mark) {
    this.#marks.set(mark.key, mark);
    if (mark.state === 'waiting') this.#outbox.put(mark.key, JSON.stringify(mark));
    this.#keep(mark.key);
  }

  /**
   * @param {string} key
   * @returns {'kept'}
   */
  #forget(key) {
    this.#marks.delete(key);
    this.#keep(key);
    return 'kept';
  }

  /** @param {string} key the others are left as they are: they may be another tab's */
  #keep(key) {
    const stored = this.#stored, mark = this.#marks.get(key);
    if (mark && mark.state !== 'kept') stored[key] = mark;
    else delete stored[key];
    keepObject(this.#store, stored);
    this.onChange();
  }

  /**
   * Sends something else of this reading, with the token as it is now.
   *
   * @param {string} address
   * @param {Record<string, unknown>} body
   */
  send(address, body) { return this.#ask('POST', address, JSON.stringify(body)); }

  /** Sends what waits. Returns whether nothing waits any more. */
  async flush() {
    // What another tab has sent is sent once more: it is the same mark, and its id is learned.
    for (const mark of this.#marks.values()) {
      if (mark.state === 'waiting' && !this.#outbox.get(mark.key)) this.#outbox.put(mark.key, JSON.stringify(mark));
    }
    if (this.#outbox.isEmpty) return true;
    const outcome = await this.#outbox.flush((key, { body }) => this.#send(key, JSON.parse(body)));
    if (outcome === 'lost') this.onNews('waiting', '');
    else if (outcome === 'kept') this.onNews('saved', '');
    return this.#outbox.isEmpty;
  }

  /**
   * @param {string} key
   * @param {Mark} mark as it was when it was put into the outbox
   * @returns {Promise<import('../outbox.js').Outcome>}
   */
  async #send(key, mark) {
    const id = this.#marks.get(key)?.id ?? mark.id;
    // What is gone and has no id may have arrived all the same: it is sent once more, to learn its id.
    const answer = mark.isGone && id !== null ? await this.#ask('DELETE', `${this.#addresses.marks}${id}/`) : await this.#post(mark, id);
    if (answer.status === 429 || answer.status >= 500) return 'lost';
    return mark.isGone && (answer.status === 404 || id !== null && answer.ok) ? this.#forget(key) : this.#take(key, mark, answer);
  }

  /**
   * @param {string} key
   * @param {Mark} mark
   * @param {Response} answer
   * @returns {Promise<import('../outbox.js').Outcome>}
   */
  async #take(key, mark, answer) {
    if (!answer.ok) return this.#refuse(key, answer);
    const { id } = /** @type {SentMark} */ (await answer.json());
    if (mark.isGone) return this.#send(key, { ...mark, id });
    this.#settle(key, mark, id);
    return 'kept';
  }

  /**
   * @param {Mark} mark
   * @param {string | null} id
   */
  #post({ key, view, x, y, confidence, morphology, distribution }, id) {
    const content = { key, view, x, y, confidence, morphology, distribution };
    return this.#ask('POST', this.#addresses.marks, JSON.stringify(id === null ? content : { ...content, id }));
  }

  /**
   * @param {'POST' | 'DELETE'} method
   * @param {string} address
   * @param {string} [body]
   */
  async #ask(method, address, body) {
    const answer = await this.#fetch(method, address, body);
    // Without a word from the academy, the token of this page is old: somebody signed in anew, in another tab.
    return answer.status === 403 && !isInWords(answer) && await this.#renew() ? this.#fetch(method, address, body) : answer;
  }

  /** Takes the token of the page as it is now. Returns whether there is one. */
  async #renew() {
    const page = await fetch(this.#addresses.page, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
    const token = page.ok ? /data-token="(\w+)"/.exec(await page.text())?.[1] : undefined;
    this.#token = token ?? this.#token;
    return token !== undefined;
  }

  /**
   * @param {'POST' | 'DELETE'} method
   * @param {string} address
   * @param {string} [body]
   */
  #fetch(method, address, body) {
    const headers = { 'X-CSRFToken': this.#token, 'Content-Type': 'application/json', Accept: 'application/json' };
    return fetch(address, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE), ...(body === undefined ? {} : { body }) });
  }

  /**
   * @param {string} key
   * @param {Mark} sent
   * @param {string} id
   */
  #settle(key, sent, id) {
    const mark = this.#marks.get(key) ?? this.#stored[key];
    if (!mark) return;
    // The page that was opened meanwhile may have it from the academy already.
    if (id !== key) this.#marks.delete(id);
    // It may have been changed while this was on its way, and then waits under a newer number.
    const isNewer = JSON.stringify({ ...mark, id: sent.id }) !== JSON.stringify(sent);
    this.#marks.set(key, { ...mark, id, state: isNewer ? mark.state : 'kept' });
    this.#keep(key);
  }

  /**
   * @param {string} key
   * @param {Response} answer
   * @returns {Promise<'refused' | 'waits'>}
   */
  async #refuse(key, answer) {
    /** @type {{ error?: string }} */
    const { error } = await answer.json().catch(() => ({}));
    if (answer.type === 'opaqueredirect' || answer.status === 403) {
      this.onNews(error ? 'held' : 'reload', error ?? '');
      return 'waits';
    }
    const mark = this.#marks.get(key) ?? this.#stored[key];
    if (mark) this.#marks.set(key, { ...mark, state: 'refused', reason: error ?? '', isGone: false });
    this.#keep(key);
    this.onNews('refused', error ?? '');
    return 'refused';
  }
}
