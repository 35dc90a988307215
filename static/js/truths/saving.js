// Saves the form by itself, a moment after the last change; what is not saved yet keeps the page from being left unasked.

// Milliseconds after a change, and after a connection failed.
const SOON = 1500;
const LATER = 5000;

export class Saving {
  #isChanged = false;
  #isRefused = false;
  #hasFailed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | null} */
  #underWay = null;

  /**
   * @param {HTMLFormElement} form
   * @param {Record<string, string | undefined>} words
   * @param {{ tell: (text: string) => void, showErrors: (errors: string[]) => void, showGaps: (gaps: string[]) => void }} page
   */
  constructor(form, words, page) {
    this.form = form;
    this.words = words;
    this.page = page;
    for (const kind of ['input', 'change']) form.addEventListener(kind, () => { this.note(); });
    form.addEventListener('submit', event => { this.#submit(event); });
    addEventListener('beforeunload', event => { if (this.#isChanged) event.preventDefault(); });
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden' && this.#isChanged) void this.save(true); });
    addEventListener('online', () => { if (this.#isChanged) void this.save(); });
  }

  /** Something was changed. */
  note() {
    this.#isChanged = true;
    this.#isRefused = false;
    this.page.tell(this.words.unsaved ?? '');
    this.#wait(SOON);
  }

  /** @param {number} time */
  #wait(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.save(); }, time);
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    clearTimeout(this.#timer);
    if (!this.#underWay) {
      this.#isChanged = false;
      return;
    }
    // Its answer brings the number that this form is to be sent with.
    event.preventDefault();
    const { submitter } = event;
    void this.#underWay.then(() => { this.form.requestSubmit(submitter); });
  }

  async save(isLeaving = false) {
    if (this.#underWay || this.#isRefused) return;
    clearTimeout(this.#timer);
    this.#isChanged = false;
    this.page.tell(this.words.saving ?? '');
    this.#underWay = this.#send(isLeaving);
    await this.#underWay;
    this.#underWay = null;
    this.#goOn();
  }

  /** What was changed meanwhile, or did not arrive, is sent a little later. */
  #goOn() { if (this.#isChanged && !this.#isRefused) this.#wait(this.#hasFailed ? LATER : SOON); }

  /** @param {boolean} keepalive */
  async #send(keepalive) {
    try {
      const body = new FormData(this.form);
      const answer = await fetch(this.form.action || location.href, { method: 'POST', body, keepalive, headers: { Accept: 'application/json' } });
      const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
      this.#hasFailed = !isJson;
      if (isJson) this.#take(answer.ok, await answer.json());
      else this.#fail();
    } catch {
      this.#hasFailed = true;
      this.#fail();
    }
  }

  #fail() {
    this.#isChanged = true;
    this.page.tell(this.words.lost ?? '');
  }

  /**
   * @param {boolean} isSaved
   * @param {{ seen?: number, gaps?: string[], errors?: string[] }} told
   */
  #take(isSaved, { seen, gaps, errors }) {
    this.page.showErrors(errors ?? []);
    if (isSaved) {
      const field = this.form.elements.namedItem('seen');
      if (field instanceof HTMLInputElement) field.value = String(seen);
      this.page.showGaps(gaps ?? []);
      if (!this.#isChanged) this.page.tell(this.words.saved ?? '');
    } else {
      this.#isChanged = true;
      this.#isRefused = true;
      this.page.tell(this.words.refused ?? '');
    }
  }
}
