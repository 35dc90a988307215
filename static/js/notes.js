// Notes, highlights and bookmarks in a lesson. They stand in the page, and are fetched anew only where it may be old.
// Without this file a link leads to where they are written. Words of the interface are in the page.
import { noteAt } from './notes/drawing.js';
import { anchor, blockIn, blockOf, read, spell } from './notes/quotes.js';
import * as sheet from './notes/sheet.js';
import { whenOld } from './shared/arrival.js';
import { closest, need } from './shared/elements.js';
import { clock, fill } from './shared/words.js';

const section = need(document, '[data-notes]', HTMLElement), text = need(document, '.lesson', HTMLElement);
const list = need(section, '[data-list]', HTMLElement);
/** @type {HTMLElement[]} */
const blocks = [...text.querySelectorAll('[data-block]')].filter(block => block instanceof HTMLElement);
// Letters of a paragraph that say which it is.
const LONGEST = 200;

/** @param {'block' | 'words' | 'second' | 'here'} name */
const tool = name => {
  const { content } = need(section, `template[data-tool=${name}]`, HTMLTemplateElement);
  return need(/** @type {DocumentFragment} */ (content.cloneNode(true)), '*', HTMLElement);
};

// --- Words that are selected, and words that are marked

const bar = tool('words');
/** @type {import('./notes/quotes.js').Quote | null} */
let offered = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

const selected = () => {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed || !selection.toString().trim()) return null;
  const range = selection.getRangeAt(0), block = blockIn(range);
  const isOurs = block && text.contains(block) && !block.querySelector('.player')?.contains(range.startContainer);
  return isOurs ? range : null;
};

/** @type {typeof sheet.write} */
const write = (...about) => {
  bar.hidden = true;
  sheet.write(...about);
};

/** @param {HTMLElement} card */
const edit = card => {
  bar.hidden = true;
  sheet.edit(card);
};

/**
 * @param {HTMLElement} block
 * @param {Range} range
 */
const putBar = (block, range) => {
  const frame = block.getBoundingClientRect(), line = [...range.getClientRects()].at(-1) ?? frame;
  bar.style.top = `${Math.min(line.bottom, frame.bottom) - frame.top + 8}px`;
  bar.style.left = `${Math.max(0, Math.min(line.left - frame.left, frame.width - bar.offsetWidth))}px`;
};

const offer = () => {
  const range = selected();
  if (!range) {
    if (!bar.contains(document.activeElement)) bar.hidden = true;
    return;
  }
  offered = anchor(range);
  const block = offered && document.getElementById(`b-${offered.block}`);
  if (!block) return;
  block.append(bar);
  bar.hidden = false;
  putBar(block, range);
};

document.addEventListener('selectionchange', () => {
  clearTimeout(waiting);
  waiting = setTimeout(offer, 200);
});
// A press on a button would take the selection away.
for (const name of ['pointerdown', 'mousedown']) bar.addEventListener(name, event => { event.preventDefault(); });
bar.addEventListener('click', event => {
  const action = closest(event, '[data-do]')?.dataset.do;
  if (!action || !offered) return;
  if (action === 'note') write(offered, '');
  if (action === 'highlight') sheet.keep(action, offered);
  getSelection()?.removeAllRanges();
  bar.hidden = true;
});
text.addEventListener('click', event => {
  if (!getSelection()?.isCollapsed || closest(event, 'a, button, .player')) return;
  const id = noteAt(event), card = id === undefined ? undefined : sheet.cardOf(id);
  if (card) edit(card);
});
list.addEventListener('click', event => {
  const card = closest(event, '[data-edit]')?.closest('[data-note]');
  if (!(card instanceof HTMLElement) || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  edit(card);
});

// --- Seconds of a video

/** @param {HTMLVideoElement} video */
const at = video => {
  const second = Math.floor(video.currentTime);
  return { second: String(second), time: clock(second) };
};

/**
 * @param {HTMLElement} block
 * @param {HTMLVideoElement} video
 */
const writeAtSecond = (block, video) => {
  const { second, time } = at(video);
  video.pause();
  write({ block: block.dataset.block, second }, sheet.titleAt(time));
};

/**
 * @param {HTMLElement} player
 * @param {HTMLElement} block
 * @param {HTMLVideoElement} video
 */
const attach = (player, block, video) => {
  const root = tool('second'), buttons = [...root.querySelectorAll('button')];
  const label = () => {
    const { time } = at(video);
    for (const button of buttons) button.textContent = fill(button.dataset.words, { time });
  };
  for (const name of ['timeupdate', 'seeked', 'loadedmetadata']) video.addEventListener(name, label);
  root.addEventListener('click', event => {
    const action = closest(event, '[data-do]')?.dataset.do;
    if (action === 'note') writeAtSecond(block, video);
    if (action === 'bookmark') sheet.keep(action, { block: block.dataset.block, second: at(video).second });
  });
  // They have their place from the start, so that nothing moves; a second to mark there is once the video is loaded.
  /** @param {boolean} isReady */
  const enable = isReady => {
    player.toggleAttribute('data-marked', isReady);
    for (const button of buttons) button.disabled = !isReady;
  };
  player.addEventListener('player:ready', () => { enable(true); });
  enable(video.readyState > 0);
  label();
  need(player, '[data-acts] .keys', HTMLElement).before(root);
};

for (const player of text.querySelectorAll('.player[data-video]')) {
  const block = blockOf(player), video = player.querySelector('video');
  if (player instanceof HTMLElement && block && video) attach(player, block, video);
}

// --- Blocks

/** @param {Element} paragraph */
const begin = paragraph => spell(read(paragraph).slice(0, LONGEST)).trim();

/**
 * A block may hold many paragraphs; a note is on one of them.
 *
 * @param {Element} block
 */
const paragraphs = block => {
  const all = [...block.querySelectorAll('p, li, h2, h3, tr, figcaption, caption')];
  const inner = all.filter(one => !one.closest('.player') && !all.some(other => other !== one && one.contains(other)));
  return inner.length ? inner : [block];
};

const current = () => {
  const focused = blocks.find(block => block.contains(document.activeElement));
  const all = blocks.flatMap(paragraphs).filter(one => !focused || focused.contains(one));
  return all.findLast(one => one.getBoundingClientRect().top <= innerHeight * 0.3) ?? all[0];
};

/** @param {Element | undefined} paragraph */
const writeAt = paragraph => {
  const block = paragraph && blockOf(paragraph);
  if (!block) return;
  const video = block.querySelector('.player[data-marked] video');
  if (video instanceof HTMLVideoElement) writeAtSecond(block, video);
  else write({ block: block.dataset.block, place: begin(paragraph) }, begin(paragraph));
};

/** @param {HTMLElement} block */
const addButton = block => {
  const button = tool('block'), all = paragraphs(block);
  let pointed = all[0];
  button.addEventListener('click', () => { writeAt(pointed); });
  block.addEventListener('pointerover', ({ target }) => {
    pointed = all.find(one => target instanceof Node && one.contains(target)) ?? pointed;
    if (pointed) button.style.top = `${pointed.getBoundingClientRect().top - block.getBoundingClientRect().top}px`;
  });
  block.append(button);
};
for (const block of blocks) if (!block.querySelector('.player')) addButton(block);

const here = tool('here');
here.firstElementChild?.addEventListener('click', () => { writeAt(current()); });
if (blocks.length) text.append(here);

// A video has buttons of its own: the one that follows along does not lie over its transcript.
/** @type {Set<Element>} */
const below = new Set();
const sight = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) below.add(target);
    else below.delete(target);
  }
  here.classList.toggle('is-away', below.size > 0);
}, { rootMargin: '-80% 0px 0px 0px' });
for (const player of text.querySelectorAll('.player')) sight.observe(player);

addEventListener('keydown', event => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== 'KeyN' || sheet.isOpen() || !blocks.length) return;
  event.preventDefault();
  const range = selected(), words = range && anchor(range);
  if (words) write(words, '');
  else writeAt(current());
});

need(section, '[data-how]', HTMLElement).hidden = false;
sheet.begin();
whenOld(() => { void sheet.load(); });
