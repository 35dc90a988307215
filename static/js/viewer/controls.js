// Buttons, keys, the panel of the window, the line at the foot, and the help. Every button has a key, and the help lists them.
import { closest, need } from '../shared/elements.js';
import { fill } from '../shared/words.js';
import { PRESETS } from './grays.js';

/** @typedef {import('./acting.js').Tool} Tool */

const STEP = 1.25;
/** @type {ReadonlyMap<string, Tool>} */
const TOOL_KEYS = new Map([['v', 'move'], ['m', 'mark'], ['w', 'window'], ['d', 'measure'], ['g', 'magnify'], ['x', 'ask']]);

export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {import('./station.js').Station} station
   * @param {import('./acting.js').Acting} acting
   * @param {Pick<import('./marking.js').Marking, 'isLocked' | 'isOpen' | 'close'>} marking
   */
  constructor(root, station, acting, marking) {
    this.root = root;
    this.station = station;
    this.acting = acting;
    this.marking = marking;
    this.panel = need(root, '[data-grays]', HTMLElement);
    this.width = need(root, '[name=width]', HTMLInputElement);
    this.level = need(root, '[name=level]', HTMLInputElement);
    this.help = need(root, '[data-help]', HTMLDialogElement);
    this.told = need(root, '[data-told]', HTMLElement);
    this.hint = need(root, '[data-hint]', HTMLElement);
    this.facts = need(root, '[data-readout]', HTMLElement);
    this.views = need(root, '[data-views]', HTMLElement);
    this.hangings = need(root, '[data-hangings]', HTMLElement);
    this.#listen();
    this.#setUpGrays();
    station.onChange = () => { this.show(); };
  }

  /** @type {ReadonlyMap<string, () => void>} what buttons do, by data-act */
  #acts = new Map(Object.entries({
    invert: () => { this.station.invert(!this.station.isInverted); },
    link: () => { this.station.link(!this.station.isLinked); },
    alone: () => { this.#switchAlone(); },
    full: () => { this.#switchFull(); },
    reset: () => { this.#reset(); },
    larger: () => { this.#zoom(STEP); },
    smaller: () => { this.#zoom(1 / STEP); },
    pixels: () => { this.station.zoomToPixels(); },
    help: () => { this.help.showModal(); },
    signs: () => { this.#switchSigns(); },
    priors: () => { this.#switchPriors(); },
  }));

  /** @type {ReadonlyMap<string, () => void>} */
  #keys = new Map(Object.entries({
    i: 'invert', l: 'link', f: 'alone', F: 'full', r: 'reset', '+': 'larger', '=': 'larger', '-': 'smaller', a: 'pixels', '?': 'help', h: 'signs', p: 'priors',
  }).map(([key, act]) => [key, this.#acts.get(act) ?? (() => {})]));

  #listen() {
    const { root } = this;
    root.addEventListener('click', event => { this.#click(event); });
    root.addEventListener('keydown', event => { this.#press(event); });
    document.addEventListener('fullscreenchange', () => { this.show(); });
    need(root, '[data-act=full]', HTMLElement).hidden = !document.fullscreenEnabled;
    // What hangs there has keys of its own as soon as it is looked at.
    root.addEventListener('pointerdown', event => {
      if (!event.defaultPrevented && !closest(event, 'button')) closest(event, '[data-view]')?.focus({ preventScroll: true });
    });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const { tool, act, preset, hanging, only } = closest(event, 'button')?.dataset ?? {};
    if (tool !== undefined) this.choose(/** @type {Tool} */ (tool));
    else if (act !== undefined) this.#acts.get(act)?.();
    else if (preset !== undefined) this.#choosePreset(preset);
    else if (hanging !== undefined) this.station.hangUp(/** @type {import('./hanging.js').Name} */ (hanging));
    else if (only !== undefined) this.station.showAlone(only || null);
    else if (closest(event, '[data-name-button]')) this.#aloneAt(event);
  }

  /** @param {Event} event */
  #aloneAt(event) {
    const key = closest(event, '[data-view]')?.dataset.view;
    if (key !== undefined) this.station.showAlone(this.station.alone === null ? key : null);
  }

  /** @param {Tool} tool */
  choose(tool) {
    if (tool === 'mark' && this.marking.isLocked || tool === 'ask' && !this.acting.asking.isPossible) return;
    this.acting.choose(tool);
    this.tell('');
    this.show();
  }

  // --- Keys ---

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || closest(event, 'input, select, dialog')) return;
    const pane = this.station.shown.find(({ root }) => root === event.target);
    const isDone = pane && this.acting.press(pane, event) || this.#pressAnywhere(event);
    if (isDone) event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  #pressAnywhere({ key }) {
    const tool = TOOL_KEYS.get(key.toLowerCase()), act = this.#keys.get(key) ?? this.#keys.get(key.toLowerCase());
    const preset = [...PRESETS.keys()][Number(key) - 1];
    if (tool) this.choose(tool);
    else if (act) act();
    else if (key === '0') this.station.rest();
    else if (preset !== undefined) this.#choosePreset(preset);
    else if (key === '[' || key === ']') this.#goTo(key === ']' ? 1 : -1);
    else if (key === 'Escape') return this.#escape();
    else return false;
    return true;
  }

  /** One thing at a time, the nearest first. Returns whether there was one. */
  #escape() {
    const { acting, station, marking } = this;
    if (marking.isOpen) marking.close();
    else if (acting.asking.isOpen) acting.asking.close();
    else if (acting.clearRuler()) return true;
    else if (acting.tool !== 'move') this.choose('move');
    else if (station.alone !== null) station.showAlone(null);
    else return false;
    return true;
  }

  /** @param {1 | -1} by */
  #goTo(by) {
    const { station } = this, views = station.hanging.views;
    const index = views.findIndex(({ key }) => key === station.current.key), next = views.at((index + by) % views.length);
    if (!next) return;
    if (station.alone !== null) station.showAlone(next.key);
    station.panes.get(next.key)?.root.focus({ preventScroll: true });
  }

  // --- Acts ---

  /** @param {number} factor */
  #zoom(factor) {
    const { current } = this.station;
    this.station.zoomAt(current, current.signs.aim ?? current.middle, factor);
  }

  #switchAlone() {
    const { station } = this;
    station.showAlone(station.alone === null ? station.current.key : null);
    station.current.root.focus({ preventScroll: true });
  }

  #switchFull() {
    const ignore = () => {};
    if (document.fullscreenElement) document.exitFullscreen().catch(ignore);
    else this.root.requestFullscreen().catch(ignore);
  }

  /** Priors beside the views of today, and back; who looks at one view goes on with it. */
  #switchPriors() {
    const { station } = this, { alone } = station, name = station.hanging.name === 'priors' ? 'screening' : 'priors';
    if (!station.hangings.some(hanging => hanging.name === name)) return;
    station.hangUp(name);
    if (alone !== null && station.hanging.views.some(({ key }) => key === alone)) station.showAlone(alone);
    station.current.root.focus({ preventScroll: true });
  }

  #switchSigns() { this.root.toggleAttribute('data-bare'); this.show(); }

  #reset() {
    const { station } = this;
    station.showAlone(null);
    station.invert(false);
    this.#choosePreset('full');
    this.acting.clearRuler();
    station.rest();
  }

  /** @param {string} name */
  #choosePreset(name) {
    const grays = PRESETS.get(name);
    if (grays) this.station.setGrays(grays);
  }

  // --- The window ---

  #setUpGrays() {
    for (const field of [this.width, this.level]) {
      field.addEventListener('input', () => { this.station.setGrays({ width: Number(this.width.value), level: Number(this.level.value) }); });
    }
  }

  #showGrays() {
    const { grays } = this.station;
    this.panel.hidden = this.acting.tool !== 'window';
    this.width.value = String(grays.width);
    this.level.value = String(grays.level);
    for (const button of this.panel.querySelectorAll('[data-preset]')) {
      const preset = button instanceof HTMLElement ? PRESETS.get(button.dataset.preset ?? '') : undefined;
      press(button, preset?.width === grays.width && preset.level === grays.level);
    }
  }

  // --- What hangs ---

  #showHangings() {
    const { hangings: group, station: { hangings }, root: { dataset } } = this, wanted = hangings.map(({ name }) => name).join();
    group.hidden = hangings.length < 2;
    if (group.dataset.for === wanted) return;
    const names = { screening: dataset.screening, additional: dataset.additional, priors: dataset.priors };
    group.replaceChildren(...hangings.map(({ name }) => newButton('hanging', name, names[name] ?? name)));
    group.dataset.for = wanted;
  }

  #showViews() {
    const { station, views } = this, { hanging } = station;
    // A view of today stands for its prior, too: both are shown.
    const single = hanging.views.filter(view => hanging.name !== 'priors' || !station.isPrior(view));
    const wanted = single.map(({ key }) => key).join();
    views.hidden = !station.isNarrow || single.length < 2;
    if (views.dataset.for !== wanted) {
      const buttons = single.map(view => newButton('only', view.key, station.nameOf(view)));
      views.replaceChildren(newButton('only', '', this.root.dataset.all ?? ''), ...buttons);
      views.dataset.for = wanted;
    }
    pressOne(views, 'only', station.alone ?? '');
    pressOne(this.root, 'hanging', hanging.name);
  }

  show() {
    const { root, station, acting, marking } = this;
    pressOne(root, 'tool', acting.tool);
    const pressed = { invert: station.isInverted, link: station.isLinked, alone: station.alone !== null, full: document.fullscreenElement === root, signs: !('bare' in root.dataset) };
    for (const [act, isPressed] of Object.entries(pressed)) for (const button of root.querySelectorAll(`[data-act=${act}]`)) press(button, isPressed);
    need(root, '[data-tool=mark]', HTMLElement).hidden = marking.isLocked;
    need(root, '[data-tool=ask]', HTMLElement).hidden = !acting.asking.isPossible;
    root.dataset.chosen = acting.tool;
    this.#showGrays();
    this.#showHangings();
    this.#showViews();
    this.#showFacts();
  }

  #showFacts() {
    const { current, grays } = this.station, percent = 100 * current.camera.scale * current.view.mmPerPixel * devicePixelRatio;
    const values = { width: String(grays.width), level: String(Math.round(grays.level)), percent: percent.toFixed(0) };
    this.facts.textContent = fill(this.root.dataset.facts, values);
    const key = `hint${this.acting.tool.replace(/^./, letter => letter.toUpperCase())}`;
    this.hint.textContent = this.root.dataset[key] ?? '';
  }

  /** @param {string} text */
  tell(text) {
    if (this.told.textContent !== text) this.told.textContent = text;
    this.hint.hidden = text !== '';
  }
}

/**
 * @param {Element} button
 * @param {boolean} isPressed
 */
const press = (button, isPressed) => { button.setAttribute('aria-pressed', String(isPressed)); };

/**
 * @param {HTMLElement} within
 * @param {string} name
 * @param {string} chosen
 */
const pressOne = (within, name, chosen) => {
  for (const button of within.querySelectorAll(`button[data-${name}]`)) press(button, button.getAttribute(`data-${name}`) === chosen);
};

/**
 * @param {string} name
 * @param {string} value
 * @param {string} label
 */
const newButton = (name, value, label) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset[name] = value;
  button.textContent = label;
  return button;
};
