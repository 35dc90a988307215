// What this browser keeps for its reader. A private window or a full disk may refuse: then nothing is kept, and the page
// goes on without it. No other file may name the browser's storage; eslint.config.js says so.

/**
 * Returns null where nothing is kept, or where storage is refused.
 *
 * @param {string} key
 */
export const readText = key => {
  try { return localStorage.getItem(key); } catch { return null; }
};

/**
 * Returns whether it is kept now. An empty text is forgotten.
 *
 * @param {string} key
 * @param {string} text
 */
export const keepText = (key, text) => {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
};

/**
 * Returns an empty object where nothing is kept, or where it is not what this site wrote.
 *
 * @template V
 * @param {string} key
 * @returns {Record<string, V>}
 */
export const readObject = key => {
  try {
    /** @type {unknown} */
    const kept = JSON.parse(readText(key) ?? '{}');
    return typeof kept === 'object' && kept && !Array.isArray(kept) ? /** @type {Record<string, V>} */ (kept) : {};
  } catch {
    return {};
  }
};

/**
 * Returns whether it is kept now. An empty object is forgotten.
 *
 * @param {string} key
 * @param {Record<string, unknown>} object
 */
export const keepObject = (key, object) => keepText(key, Object.keys(object).length ? JSON.stringify(object) : '');
