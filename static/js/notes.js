// Notes, highlights and bookmarks in a lesson. They are fetched once the lesson stands; without this file a link leads
// to them. Words of the interface are in the page.
const section = document.querySelector('[data-notes]'), text = document.querySelector('.lesson');
const blocks = [...text.querySelectorAll('[data-block]')];
const list = section.querySelector('[data-list]'), status = section.querySelector('[data-status]');
const sheet = section.querySelector('dialog'), form = sheet.querySelector('form');
const undone = sheet.querySelector('[data-undone]'), slot = sheet.querySelector('[data-slot]');
const byKind = kind => form.querySelector(`[value=${kind}]`), remove = form.querySelector('[data-delete]');
const LONGEST = { context: 40, about: 200 };
const tool = name => section.querySelector(`template[data-tool=${name}]`).content.firstElementChild.cloneNode(true);

// --- The words of a block: all that are not white space, for that differs between the page and what was kept of it.

const PARTS = 'p, li, h2, h3, td, th, figcaption, caption, div, section';

const read = block => {
  const places = [];
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('.mark-tool, .player')) continue;
    for (let at = 0; at < node.data.length; at += 1) if (/\S/.test(node.data[at])) places.push([node, at]);
  }
  return places;
};

const squeezed = places => places.map(([node, at]) => node.data[at]).join('');
const part = node => node.parentElement.closest(PARTS);

const spell = places => places.map(([node, at], index) => {
  const [before, end] = places[index - 1] ?? [node, at - 1];
  const apart = before === node ? at - end > 1
    : part(before) !== part(node) || end + 1 < before.data.length || at > 0 || node.previousSibling?.nodeName === 'BR';
  return (apart ? ' ' : '') + node.data[at];
}).join('');

const alike = (one, other) => {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
};
const backwards = words => [...words].reverse().join('');
const bare = words => words.replace(/\s/g, '');

// Where the words stand today: of several places, the one whose surroundings are most like the kept ones.
const find = ({ block, quote, before, after }) => {
  const inside = document.getElementById(`b-${block}`);
  if (!inside || !quote) return null;
  const places = read(inside), words = squeezed(places), wanted = bare(quote);
  let best = -1, most = -1;
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    const likeness = alike(backwards(words.slice(0, at)), backwards(bare(before)))
      + alike(words.slice(at + wanted.length), bare(after));
    if (likeness > most) [best, most] = [at, likeness];
  }
  if (best < 0) return null;
  const range = new Range(), [last, end] = places[best + wanted.length - 1];
  range.setStart(...places[best]);
  range.setEnd(last, end + 1);
  return range;
};

const blockOf = node => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.('[data-block]');

// The selected words as they are kept; of a selection that goes on into the next block, those of the first.
const anchor = range => {
  const block = blockOf(range.startContainer) ?? blockOf(range.endContainer), places = read(block);
  const isIn = ([node, at]) => range.comparePoint(node, at) === 0 && range.comparePoint(node, at + 1) === 0;
  const start = places.findIndex(isIn), end = places.findLastIndex(isIn) + 1;
  if (start < 0) return null;
  const around = words => words.trim();
  return {
    block: block.dataset.block, quote: spell(places.slice(start, end)).trim(),
    before: around(spell(places.slice(0, start)).slice(-LONGEST.context)),
    after: around(spell(places.slice(end, end + LONGEST.context)).slice(0, LONGEST.context)),
  };
};

const selected = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !selection.toString().trim()) return null;
  const range = selection.getRangeAt(0), block = blockOf(range.startContainer) ?? blockOf(range.endContainer);
  const isOurs = block && text.contains(block) && !block.querySelector('.player')?.contains(range.startContainer);
  return isOurs ? range : null;
};

// --- Drawing

const drawn = new Map();

const wrap = (range, id) => {
  const nodes = [...new Set(read(blockOf(range.startContainer)).map(([node]) => node))];
  for (const node of nodes.filter(one => range.intersectsNode(one))) {
    const start = node === range.startContainer ? range.startOffset : 0;
    const end = node === range.endContainer ? range.endOffset : node.length;
    const piece = new Range(), mark = document.createElement('mark');
    piece.setStart(node, start);
    piece.setEnd(node, end);
    mark.dataset.drawn = id;
    piece.surroundContents(mark);
  }
};

const unwrap = () => {
  for (const mark of text.querySelectorAll('mark[data-drawn]')) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
};

const draw = () => {
  const cards = [...list.querySelectorAll('[data-note]')];
  const withNotes = new Set(cards.map(card => card.dataset.block));
  for (const block of blocks) block.classList.toggle('has-note', withNotes.has(block.dataset.block));
  drawn.clear();
  if (!globalThis.Highlight) unwrap();
  const kinds = { note: [], highlight: [] };
  for (const card of cards) {
    const range = find(card.dataset);
    if (!range) continue;
    drawn.set(card.dataset.note, range);
    if (globalThis.Highlight) kinds[card.dataset.kind].push(range);
    else wrap(range.cloneRange(), card.dataset.note);
  }
  if (globalThis.Highlight) for (const kind of Object.keys(kinds)) CSS.highlights.set(kind, new Highlight(...kinds[kind]));
};

const show = html => {
  list.innerHTML = html;
  draw();
};

// --- Keeping

let busy = false;

const ask = async (url, body) => {
  const failed = section.dataset.failed;
  const answer = await fetch(url, { method: body ? 'POST' : 'GET', body, headers: { 'HX-Request': 'true' } })
    .catch(() => { throw new Error(failed); });
  const words = await answer.text();
  if (answer.ok && !answer.redirected) return words;
  throw new Error(answer.status === 400 && answer.headers.get('Content-Type').startsWith('text/plain') ? words : failed);
};

const tell = (where, words) => {
  const error = where.querySelector(':scope > [data-error], form > [data-error]');
  error.textContent = words;
  error.hidden = !words;
};

const offerUndo = from => {
  const undo = list.querySelector('[data-undo]');
  if (!undo) return;
  if (from === form) {
    slot.replaceChildren(undo);
    form.hidden = true;
    undone.hidden = false;
  }
  undo.querySelector('button').focus();
};

section.addEventListener('submit', async event => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  const from = event.target, button = event.submitter;
  const url = button?.getAttribute('formaction') ?? from.getAttribute('action');
  tell(section, '');
  tell(sheet, '');
  try {
    show(await ask(url, new URLSearchParams(new FormData(from, button))));
    if (button !== remove) sheet.close();
    status.textContent = from === form ? section.dataset.kept : '';
    offerUndo(from);
  } catch (error) {
    if (from === form && !sheet.open) sheet.showModal();
    tell(sheet.open ? sheet : section, error.message);
  }
  busy = false;
});

// --- The sheet in which a note is written

const newKey = () => {
  const random = crypto.getRandomValues(new Uint8Array(16)), hex = [...random].map(byte => byte.toString(16).padStart(2, '0'));
  return hex.join('');
};

const fill = ({ block = '', second = '', place = '', quote = '', before = '', after = '' }, about, card) => {
  const values = { key: newKey(), block, second, place, quote, before, after, text: card?.querySelector('.own-text')?.textContent ?? '' };
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  form.setAttribute('action', card?.dataset.url ?? section.dataset.notes);
  form.querySelector('[data-about]').textContent = quote || about;
  byKind('highlight').hidden = Boolean(card) || !quote;
  byKind('bookmark').hidden = Boolean(card) || Boolean(quote);
  remove.hidden = !card;
  if (card) remove.setAttribute('formaction', card.dataset.deleteUrl);
  form.hidden = false;
  undone.hidden = true;
  tell(sheet, '');
};

const write = (...place) => {
  fill(...place);
  bar.hidden = true;
  sheet.showModal();
  form.elements.text.focus();
};

const keep = (kind, ...place) => {
  fill(...place);
  form.requestSubmit(byKind(kind));
};

const openCard = card => write(card.dataset, card.dataset.time ? section.dataset.at.replace('{time}', card.dataset.time)
  : card.querySelector('.place')?.textContent ?? '', card);

sheet.addEventListener('click', event => {
  if (event.target === sheet || event.target.closest('[data-close]')) sheet.close();
});
list.addEventListener('click', event => {
  const edit = event.target.closest('[data-edit]');
  if (!edit || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  openCard(edit.closest('[data-note]'));
});

// --- Words that are selected, and words that are marked

const bar = tool('words');
let offered = null, waiting = null;

const offer = () => {
  const range = selected();
  if (!range) {
    if (!bar.contains(document.activeElement)) bar.hidden = true;
    return;
  }
  offered = anchor(range);
  if (!offered) return;
  const block = document.getElementById(`b-${offered.block}`);
  block.append(bar);
  bar.hidden = false;
  const frame = block.getBoundingClientRect(), lines = range.getClientRects(), line = lines[lines.length - 1];
  bar.style.top = `${Math.min(line.bottom, frame.bottom) - frame.top + 8}px`;
  bar.style.left = `${Math.max(0, Math.min(line.left - frame.left, frame.width - bar.offsetWidth))}px`;
};

document.addEventListener('selectionchange', () => {
  clearTimeout(waiting);
  waiting = setTimeout(offer, 200);
});
// A press on a button would take the selection away.
bar.addEventListener('pointerdown', event => event.preventDefault());
bar.addEventListener('mousedown', event => event.preventDefault());
bar.addEventListener('click', event => {
  const action = event.target.closest('[data-do]')?.dataset.do;
  if (!action) return;
  if (action === 'note') write(offered);
  else keep(action, offered);
  getSelection().removeAllRanges();
  bar.hidden = true;
});

text.addEventListener('click', event => {
  if (!getSelection().isCollapsed || event.target.closest('a, button, .player')) return;
  const isHit = ({ left, right, top, bottom }) =>
    event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
  const [id] = [...drawn].find(([, range]) => [...range.getClientRects()].some(isHit)) ?? [];
  if (id) openCard(list.querySelector(`[data-note="${id}"]`));
});

// --- Blocks

const begin = paragraph => spell(read(paragraph).slice(0, LONGEST.about)).trim();

// A block may hold many paragraphs; a note is on one of them.
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

const at = video => {
  const second = Math.floor(video.currentTime), time = [Math.floor(second / 60) % 60, second % 60];
  if (second >= 3600) time.unshift(Math.floor(second / 3600));
  return { second, time: time.map((number, index) => (index ? String(number).padStart(2, '0') : number)).join(':') };
};

const writeAtSecond = (block, video) => {
  const { second, time } = at(video);
  video.pause();
  write({ block: block.dataset.block, second }, section.dataset.at.replace('{time}', time));
};

const writeAt = paragraph => {
  const block = blockOf(paragraph), video = block.querySelector('.player[data-marked] video');
  if (video) writeAtSecond(block, video);
  else write({ block: block.dataset.block, place: begin(paragraph) }, begin(paragraph));
};

for (const block of blocks.filter(one => !one.querySelector('.player'))) {
  const button = tool('block'), all = paragraphs(block);
  let pointed = all[0];
  button.addEventListener('click', () => writeAt(pointed));
  block.addEventListener('pointerover', event => {
    pointed = all.find(one => one.contains(event.target)) ?? pointed;
    button.style.top = `${pointed.getBoundingClientRect().top - block.getBoundingClientRect().top}px`;
  });
  block.append(button);
}

const here = tool('here');
here.firstElementChild.addEventListener('click', () => writeAt(current()));
if (blocks.length) text.append(here);

// A film has buttons of its own: the one that follows along does not lie over its transcript.
const filmsBelow = new Set();
const sight = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) filmsBelow[isIntersecting ? 'add' : 'delete'](target);
  here.classList.toggle('is-away', filmsBelow.size > 0);
}, { rootMargin: '-80% 0px 0px 0px' });
for (const film of text.querySelectorAll('.player')) sight.observe(film);

addEventListener('keydown', event => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== 'KeyN' || sheet.open || !blocks.length) return;
  event.preventDefault();
  const range = selected(), words = range && anchor(range);
  if (words) write(words);
  else writeAt(current());
});

// --- Seconds of a video

const attach = player => {
  const video = player.querySelector('video'), block = player.closest('[data-block]');
  if (!video || !block) return;
  const buttons = tool('second');
  const label = () => {
    const { time } = at(video);
    for (const button of buttons.children) button.textContent = button.dataset.words.replace('{time}', time);
  };
  for (const name of ['timeupdate', 'seeked', 'loadedmetadata']) video.addEventListener(name, label);
  buttons.addEventListener('click', event => {
    const action = event.target.closest('[data-do]')?.dataset.do;
    if (action === 'note') writeAtSecond(block, video);
    if (action === 'bookmark') keep(action, { block: block.dataset.block, second: at(video).second }, '');
  });
  // They have their place from the start, so that nothing moves; a second to mark there is once the film is loaded.
  const enable = isReady => {
    player.toggleAttribute('data-marked', isReady);
    for (const button of buttons.children) button.disabled = !isReady;
  };
  player.addEventListener('player:ready', () => enable(true));
  enable(video.readyState > 0);
  label();
  player.querySelector('[data-acts] .keys').before(buttons);
};

for (const player of text.querySelectorAll('.player[data-video]')) attach(player);

section.querySelector('[data-how]').hidden = false;
// The link to the notes stays where they cannot be fetched.
ask(section.dataset.notes).then(show, () => {});
