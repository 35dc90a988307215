// A browser's storage, for modules that keep something there.

/** As browsers have it; `isRefused` as a private window may. */
export class FakeStorage {
  isRefused = false;
  /** @type {Map<string, string>} */
  #kept = new Map();

  #check() {
    if (this.isRefused) throw new DOMException('The operation is insecure.', 'SecurityError');
  }

  /** @param {string} key */
  getItem(key) {
    this.#check();
    return this.#kept.get(key) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  setItem(key, text) {
    this.#check();
    this.#kept.set(key, text);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#check();
    this.#kept.delete(key);
  }

  get keys() { return [...this.#kept.keys()]; }
}

/** A browser that knows nothing yet. */
export const newStorage = () => {
  const storage = new FakeStorage();
  Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true });
  return storage;
};
