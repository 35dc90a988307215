// The question editor: shows the panels of the chosen kind, and sets a region by a click in the picture.
// Without it every field is there, and a region is four numbers.
const start = () => {
  const kind = document.querySelector('#id_kind');
  const image = document.querySelector('#id_image');
  if (!kind || !image) return;
  const panels = [...document.querySelectorAll('.only-for')].map(inner => [inner, inner.closest('.w-panel') ?? inner]);
  const choose = () => {
    for (const [inner, panel] of panels) {
      panel.hidden = ![inner, panel].some(part => part.classList.contains(`only-for-${kind.value}`));
    }
  };
  kind.addEventListener('change', choose);
  choose();

  const rows = () => [...document.querySelectorAll('[id$="-rx"][id^="id_regions-"]')]
    .map(field => field.id.replace(/rx$/, ''))
    .filter(prefix => !prefix.includes('__prefix__') && document.getElementById(`${prefix}DELETE`)?.value !== '1');
  const field = (prefix, name) => document.getElementById(prefix + name);
  const picture = document.createElement('div');
  picture.className = 'question-picture';
  picture.hidden = true;
  picture.innerHTML = '<img alt=""><svg aria-hidden="true"></svg>';
  const [img, svg] = picture.children;
  const panel = document.querySelector('#id_regions-FORMS');
  panel?.before(picture);

  const draw = () => {
    svg.replaceChildren(...rows().map(prefix => {
      const ellipse = document.createElementNS('http://www.w3.org/2000/svg', 'ellipse');
      for (const [attribute, name] of [['cx', 'x'], ['cy', 'y'], ['rx', 'rx'], ['ry', 'ry']]) {
        ellipse.setAttribute(attribute, `${Number(field(prefix, name).value) || 0}%`);
      }
      return ellipse;
    }));
  };
  const look = () => {
    const shown = document.querySelector('#id_image-chooser [data-chooser-image]');
    const source = image.value && shown?.src;
    if (source && img.src !== source) img.src = source;
    picture.hidden = !source;
    draw();
  };
  const fill = (prefix, values) => {
    for (const [name, value] of Object.entries(values)) field(prefix, name).value = value.toFixed(2);
    draw();
  };
  picture.addEventListener('click', event => {
    const box = picture.getBoundingClientRect();
    const [x, y] = [100 * (event.clientX - box.left) / box.width, 100 * (event.clientY - box.top) / box.height];
    const empty = () => rows().find(prefix => field(prefix, 'x').value === '');
    if (!empty()) document.querySelector('#id_regions-ADD')?.click();
    const prefix = empty();
    if (prefix) fill(prefix, { x, y, rx: 8, ry: 8 * box.width / box.height });
  });
  document.addEventListener('input', draw);
  document.addEventListener('change', look);
  new MutationObserver(look).observe(document.querySelector('#id_image-chooser') ?? image, { subtree: true, attributes: true });
  look();
};
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
