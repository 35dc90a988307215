// The words of a block, as a note keeps them and finds them again. All that are not white space count, for that differs
// between the page and what was kept of it.

/** @typedef {[node: Text, at: number]} Spot where a letter stands */
/**
 * @typedef {object} Quote
 * @property {string} block
 * @property {string} quote
 * @property {string} before
 * @property {string} after
 */

// Letters kept around a quote.
const CONTEXT = 40;
const PARTS = 'p, li, h2, h3, td, th, figcaption, caption, div, section';
const NOT_OF_THE_TEXT = '.mark-tool, .player';

/**
 * Returns every letter of the text in a block.
 *
 * @param {Node} block
 */
export const read = block => {
  /** @type {Spot[]} */
  const spots = [];
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text) || node.parentElement?.closest(NOT_OF_THE_TEXT)) continue;
    for (let at = 0; at < node.data.length; at += 1) if (/\S/.test(node.data.charAt(at))) spots.push([node, at]);
  }
  return spots;
};

/** @param {Spot[]} spots */
const squeezed = spots => spots.map(([node, at]) => node.data[at]).join('');

/** @param {Text} node */
const partOf = node => node.parentElement?.closest(PARTS);

/**
 * Returns whether there is white space between a letter and the one before.
 *
 * @param {Spot} spot
 * @param {Spot | undefined} previous
 */
const isApart = ([node, at], previous) => {
  const [before, end] = previous ?? [node, at - 1];
  if (before === node) return at - end > 1;
  return partOf(before) !== partOf(node) || end + 1 < before.data.length || at > 0 || node.previousSibling?.nodeName === 'BR';
};

/**
 * Returns the letters as they are read, with one blank for any white space.
 *
 * @param {Spot[]} spots
 */
export const spell = spots => spots.map((spot, index) => {
  const [node, at] = spot;
  return (isApart(spot, spots[index - 1]) ? ' ' : '') + node.data.charAt(at);
}).join('');

/**
 * Returns how many letters two texts begin with alike.
 *
 * @param {string} one
 * @param {string} other
 */
const alikeAtStart = (one, other) => {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
};

/**
 * Returns how many letters two texts end with alike.
 *
 * @param {string} one
 * @param {string} other
 */
const alikeAtEnd = (one, other) => {
  let count = 0;
  while (count < one.length && one.at(-1 - count) === other.at(-1 - count)) count += 1;
  return count;
};

/** @param {string} words */
const bare = words => words.replace(/\s/g, '');

/**
 * Returns where in the words a quote stands: of several places, the one whose surroundings are most like the kept ones.
 *
 * @param {string} words without white space
 * @param {Quote} kept
 */
const locate = (words, { quote, before, after }) => {
  const wanted = bare(quote);
  let best = -1, most = -1;
  // Nothing stands everywhere, without an end.
  for (let at = wanted ? words.indexOf(wanted) : -1; at >= 0; at = words.indexOf(wanted, at + 1)) {
    const likeness = alikeAtEnd(words.slice(0, at), bare(before)) + alikeAtStart(words.slice(at + wanted.length), bare(after));
    if (likeness > most) [best, most] = [at, likeness];
  }
  return { start: best, end: best + wanted.length };
};

/**
 * Returns where the quoted words stand today.
 *
 * @param {Quote} kept
 */
export const find = kept => {
  const block = document.getElementById(`b-${kept.block}`);
  if (!block || !kept.quote) return null;
  const spots = read(block), { start, end } = locate(squeezed(spots), kept);
  const first = spots[start], last = spots[end - 1];
  if (!first || !last) return null;
  const range = new Range();
  range.setStart(...first);
  range.setEnd(last[0], last[1] + 1);
  return range;
};

/**
 * @param {Node} node
 * @returns {HTMLElement | null}
 */
export const blockOf = node => (node instanceof Element ? node : node.parentElement)?.closest('[data-block]') ?? null;

/**
 * Returns the block in which a selection begins, or else the one in which it ends.
 *
 * @param {Range} range
 */
export const blockIn = range => blockOf(range.startContainer) ?? blockOf(range.endContainer);

/**
 * Returns the selected words as they are kept; of a selection that goes on into the next block, those of the first.
 *
 * @param {Range} range
 * @returns {Quote | null}
 */
export const anchor = range => {
  const block = blockIn(range);
  if (!block) return null;
  const spots = read(block);
  /** @param {Spot} spot */
  const isIn = ([node, at]) => range.comparePoint(node, at) === 0 && range.comparePoint(node, at + 1) === 0;
  const start = spots.findIndex(isIn), end = spots.findLastIndex(isIn) + 1;
  if (start < 0) return null;
  return {
    block: block.dataset.block ?? '', quote: spell(spots.slice(start, end)).trim(),
    before: spell(spots.slice(0, start)).slice(-CONTEXT).trim(),
    after: spell(spots.slice(end, end + CONTEXT)).slice(0, CONTEXT).trim(),
  };
};
