// The question editor: shows the panels of the chosen kind, and sets a region by a click in the picture.
// Without it every field is there, and a region is four numbers.

/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

/** @param {Field} kind */
const showPanelsOf = kind => {
  const panels = [...document.querySelectorAll('.only-for')].map(inner => ({ inner, panel: inner.closest('.w-panel') ?? inner }));
  const choose = () => {
    for (const { inner, panel } of panels) {
      const isWanted = [inner, panel].some(part => part.classList.contains(`only-for-${kind.value}`));
      if (panel instanceof HTMLElement) panel.hidden = !isWanted;
    }
  };
  kind.addEventListener('change', choose);
  choose();
};

/**
 * @param {string} id
 * @returns {HTMLInputElement | null}
 */
const fieldAt = id => {
  const found = document.getElementById(id);
  return found instanceof HTMLInputElement ? found : null;
};

// The rows of the form's regions, by what the names of their fields begin with; those that are deleted are not meant.
const rows = () => [...document.querySelectorAll('[id$="-rx"][id^="id_regions-"]')]
  .map(field => field.id.replace(/rx$/, ''))
  .filter(prefix => !prefix.includes('__prefix__') && fieldAt(`${prefix}DELETE`)?.value !== '1');

/** @param {string} prefix of a row */
const ellipseOf = prefix => {
  const ellipse = document.createElementNS('http://www.w3.org/2000/svg', 'ellipse');
  for (const [attribute, name] of /** @type {const} */ ([['cx', 'x'], ['cy', 'y'], ['rx', 'rx'], ['ry', 'ry']])) {
    ellipse.setAttribute(attribute, `${Number(fieldAt(prefix + name)?.value) || 0}%`);
  }
  return ellipse;
};

const makePicture = () => {
  const picture = document.createElement('div'), image = document.createElement('img');
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  picture.className = 'question-picture';
  picture.hidden = true;
  image.alt = '';
  drawing.setAttribute('aria-hidden', 'true');
  picture.append(image, drawing);
  document.querySelector('#id_regions-FORMS')?.before(picture);
  return { picture, image, drawing, draw: () => { drawing.replaceChildren(...rows().map(ellipseOf)); } };
};

// A click fills the first row that is empty, and asks for one where there is none.
/**
 * @param {MouseEvent} event
 * @param {HTMLElement} picture
 */
const setRegion = (event, picture) => {
  const box = picture.getBoundingClientRect();
  const values = {
    x: 100 * (event.clientX - box.left) / box.width, y: 100 * (event.clientY - box.top) / box.height,
    rx: 8, ry: 8 * box.width / box.height,
  };
  const empty = () => rows().find(prefix => fieldAt(`${prefix}x`)?.value === '');
  /** @type {HTMLElement | null} */
  const add = document.querySelector('#id_regions-ADD');
  if (empty() === undefined) add?.click();
  const prefix = empty();
  if (prefix === undefined) return;
  for (const [name, value] of Object.entries(values)) {
    const field = fieldAt(prefix + name);
    if (field) field.value = value.toFixed(2);
  }
};

/** @param {Field} chosen the field that holds the number of the image */
const showPicture = chosen => {
  const { picture, image, draw } = makePicture();
  const look = () => {
    const shown = document.querySelector('#id_image-chooser [data-chooser-image]');
    const source = chosen.value && shown instanceof HTMLImageElement ? shown.src : '';
    if (source && image.src !== source) image.src = source;
    picture.hidden = !source;
    draw();
  };
  picture.addEventListener('click', event => { setRegion(event, picture); draw(); });
  document.addEventListener('input', draw);
  document.addEventListener('change', look);
  new MutationObserver(look).observe(document.querySelector('#id_image-chooser') ?? chosen, { subtree: true, attributes: true });
  look();
};

/** @type {Field | null} */
const kind = document.querySelector('#id_kind');
/** @type {Field | null} */
const image = document.querySelector('#id_image');
if (kind && image) {
  showPanelsOf(kind);
  showPicture(image);
}
