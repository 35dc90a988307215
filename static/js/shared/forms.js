// What somebody has given in a form: read it, and put it back.

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/**
 * @param {Element} element
 * @returns {element is Field}
 */
const isField = element => element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement;

/**
 * Returns the fields that a person fills in.
 *
 * @param {HTMLFormElement} form
 */
const fieldsOf = form => [...form.elements].filter(isField).filter(field => field.type !== 'hidden');

/**
 * @param {Field} field
 * @returns {field is HTMLInputElement}
 */
const isTicked = field => field.type === 'radio' || field.type === 'checkbox';

/**
 * Returns what would be sent, without the token of this sign-in and without the fields that are named.
 *
 * @param {HTMLFormElement} form
 * @param {string[]} without
 */
export const valuesOf = (form, ...without) => {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && name !== 'csrfmiddlewaretoken' && !without.includes(name)) values.append(name, value);
  }
  return values;
};

/**
 * Puts back what was kept. What draws a field in its own way (place.js) hears of it.
 *
 * @param {HTMLFormElement} form
 * @param {URLSearchParams} values
 */
export const restore = (form, values) => {
  for (const field of fieldsOf(form)) {
    if (!field.name) continue;
    if (isTicked(field)) field.checked = values.getAll(field.name).includes(field.value);
    else field.value = values.get(field.name) ?? '';
  }
  form.dispatchEvent(new Event('answer:restored'));
};

/** @param {Field} field */
const isChanged = field => {
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  return !(field instanceof HTMLSelectElement) && field.value !== field.defaultValue;
};

/**
 * Returns whether somebody gave anything before the page's scripts had come.
 *
 * @param {HTMLFormElement} form
 */
export const isTouched = form => fieldsOf(form).some(isChanged);
