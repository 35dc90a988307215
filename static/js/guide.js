// What is more than text in a guide. Without this file all of it can be read.
import { Calling } from './guide/calling.js';
import { Key } from './guide/key.js';
import { Matrix } from './guide/matrix.js';

/** @type {[string, new (root: HTMLElement) => unknown][]} */
const parts = [['.form-grid', Matrix], ['.key', Key], ['.calls', Calling]];

for (const [selector, Part] of parts) {
  /** @type {NodeListOf<HTMLElement>} */
  const roots = document.querySelectorAll(selector);
  for (const root of roots) new Part(root);
}
