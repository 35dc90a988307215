// Figures open enlarged in a dialog, panel by panel. Without this file the link shows the picture by itself.
const viewer = document.querySelector('.viewer');
const [title, count] = viewer.querySelectorAll('h2, header p');
const picture = viewer.querySelector('img'), text = viewer.querySelector('footer p'), steps = viewer.querySelectorAll('[data-step]');
let links = [], at = 0;

const show = index => {
  at = (index + links.length) % links.length;
  const image = links[at].querySelector('img'), panel = links[at].closest('li');
  picture.src = image.currentSrc || image.src;
  picture.alt = image.alt;
  picture.width = image.width; picture.height = image.height;
  title.textContent = panel.querySelector('b')?.textContent ?? 'Figure';
  text.textContent = panel.querySelector('.cap span')?.textContent ?? '';
  count.textContent = links.length > 1 ? `${at + 1} of ${links.length}` : '';
  steps.forEach(button => { button.hidden = links.length < 2; });
};

document.addEventListener('click', event => {
  const link = event.target.closest('a.zoom');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  links = [...link.closest('figure').querySelectorAll('a.zoom')];
  show(links.indexOf(link));
  viewer.showModal();
});
// The browser keeps the focus inside, closes on Escape and gives the focus back to the link.
viewer.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.dataset.step) show(at + Number(button.dataset.step));
  else if (button || event.target === viewer) viewer.close();
});
viewer.addEventListener('keydown', event => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step && links.length > 1) show(at + step);
});
viewer.addEventListener('close', () => links[at].focus({ preventScroll: true }));
