// Words of the interface stand in the page, in its language; here they get their values.

/**
 * Returns 0:52, 12:05 or 1:02:05.
 *
 * @param {number} total whole seconds
 */
export const clock = total => {
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const last = String(seconds).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${last}` : `${minutes}:${last}`;
};

/**
 * Returns the text with each {name} replaced by its value. A name without a value stays, so that a fault is seen.
 *
 * @param {string | undefined} text
 * @param {Record<string, string>} values
 */
export const fill = (text = '', values) => text.replace(/{(\w+)}/g, (whole, /** @type {string} */ name) => values[name] ?? whole);

// How a day and a moment are written, as core/dates.py writes them; in the time zone of the browser.
/** @param {Date} date */
export const day = date => {
  const month = new Intl.DateTimeFormat(document.documentElement.lang, { month: 'long' }).format(date);
  return `${date.getDate()} ${month} ${date.getFullYear()}`;
};

/** @param {number} number */
const two = number => String(number).padStart(2, '0');

/** @param {Date} date */
export const moment = date => `${day(date)}, ${two(date.getHours())}:${two(date.getMinutes())}`;
