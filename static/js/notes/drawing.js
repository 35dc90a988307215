// Marks the words in the lesson that notes are about. Where the browser cannot highlight by itself they are wrapped.
import { blockOf, find, read } from './quotes.js';

/** @type {Map<string, Range>} where the words of each note stand */
const drawn = new Map();
const isAble = 'Highlight' in globalThis;

/**
 * @param {Range} range
 * @param {string} id
 */
const wrap = (range, id) => {
  const block = blockOf(range.startContainer);
  const nodes = new Set(block ? read(block).map(([node]) => node) : []);
  for (const node of [...nodes].filter(one => range.intersectsNode(one))) {
    const piece = new Range(), mark = document.createElement('mark');
    piece.setStart(node, node === range.startContainer ? range.startOffset : 0);
    piece.setEnd(node, node === range.endContainer ? range.endOffset : node.length);
    mark.dataset.drawn = id;
    piece.surroundContents(mark);
  }
};

/** @param {Element} text */
const unwrap = text => {
  for (const mark of text.querySelectorAll('mark[data-drawn]')) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent?.normalize();
  }
};

/** @param {HTMLElement} card */
const quoteOf = ({ dataset }) => {
  const { block = '', quote = '', before = '', after = '' } = dataset;
  return { block, quote, before, after };
};

/**
 * @param {Element} text of the lesson
 * @param {HTMLElement[]} cards of the notes
 */
export const draw = (text, cards) => {
  drawn.clear();
  if (!isAble) unwrap(text);
  const kinds = new Map([['note', /** @type {Range[]} */ ([])], ['highlight', []]]);
  for (const card of cards) {
    const { note: id = '', kind = '' } = card.dataset, range = find(quoteOf(card));
    if (!range) continue;
    drawn.set(id, range);
    if (isAble) kinds.get(kind)?.push(range);
    else wrap(range.cloneRange(), id);
  }
  if (isAble) for (const [kind, ranges] of kinds) CSS.highlights.set(kind, new Highlight(...ranges));
};

/**
 * Returns the id of the note that is drawn at this point of the window.
 *
 * @param {{ clientX: number, clientY: number }} point
 */
export const noteAt = ({ clientX, clientY }) => {
  /** @param {DOMRect} line */
  const isHit = ({ left, right, top, bottom }) => clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  const [id] = [...drawn].find(([, range]) => [...range.getClientRects()].some(isHit)) ?? [];
  return id;
};
