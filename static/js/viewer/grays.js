// Window and level. Numbers are those of a 12-bit picture, 0 to 4095, as on a workstation; what a browser has is its
// 8-bit copy. CSS does the work: brightness(b) contrast(c) maps [low, low + width] to black and white with
// c = 1 + 2·low/width and b = 1/(width·c), as parts of the whole range.
import { clamp } from './geometry.js';

/** @typedef {{ width: number, level: number }} Grays */

const WHOLE = 4096;
const NARROWEST = 256, WIDEST = 2 * WHOLE;

/** @type {Readonly<Grays>} */
export const FULL = { width: WHOLE, level: WHOLE / 2 };

/**
 * As they stand in the page, in their order.
 *
 * @type {ReadonlyMap<string, Readonly<Grays>>}
 */
export const PRESETS = new Map([
  ['full', FULL],
  ['dense', { width: 2900, level: 2450 }],
  ['fatty', { width: 2400, level: 1200 }],
  ['calcium', { width: 2400, level: 1900 }],
]);

/**
 * Returns the window inside its bounds. It begins at black or above: below, brightness would cut before contrast does.
 *
 * @param {Grays} grays
 * @returns {Grays}
 */
export const bound = ({ width, level }) => {
  const bounded = clamp(Math.round(width), NARROWEST, WIDEST);
  return { width: bounded, level: clamp(Math.round(level), bounded / 2, WHOLE) };
};

/**
 * @param {Grays} grays
 * @param {boolean} isInverted
 */
export const filterOf = ({ width, level }, isInverted) => {
  const part = width / WHOLE, low = (level - width / 2) / WHOLE;
  const contrast = 1 + 2 * low / part, brightness = 1 / (part * contrast);
  return `brightness(${brightness.toFixed(5)}) contrast(${contrast.toFixed(5)})${isInverted ? ' invert(1)' : ''}`;
};
