// Elements of a page, with their kind.

/**
 * Returns the element that the page's template always has. Without it the page is at fault, and the error names it.
 *
 * @template {Element} E
 * @param {ParentNode} within
 * @param {string} selector
 * @param {new () => E} kind
 * @returns {E}
 */
export const need = (within, selector, kind) => {
  const found = within.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} at ${selector}.`);
};

/**
 * Returns the nearest such element that an event happened in. An event may also happen to the document itself.
 *
 * @template {Element} [E=HTMLElement]
 * @param {Event} event
 * @param {string} selector
 * @returns {E | null}
 */
export const closest = ({ target }, selector) => (target instanceof Element ? target.closest(selector) : null);
