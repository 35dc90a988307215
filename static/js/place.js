// Mark a place on a picture: by pointer, by touch, and by keyboard. The numbers in the form are the answer.
const within = number => Math.min(100, Math.max(0, number));
const tell = (words, x, y) => words.replace('[x]', Math.round(x)).replace('[y]', Math.round(y));
const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const put = (sign, x, y) => {
  sign.setAttribute('x', `${x}%`);
  sign.setAttribute('y', `${y}%`);
  sign.removeAttribute('visibility');
};

const enhance = place => {
  const [pad, mark, aim] = ['.pad', '.mark', '.aim'].map(name => place.querySelector(name));
  const [across, down, told] = ['[data-x]', '[data-y]', '[data-told]'].map(name => place.querySelector(name));
  let x = 50, y = 50;
  const read = () => {
    if (across.value === '' || down.value === '') return;
    [x, y] = [within(Number(across.value)), within(Number(down.value))];
    put(mark, x, y);
  };
  const set = () => {
    [across.value, down.value] = [x.toFixed(2), y.toFixed(2)];
    put(mark, x, y);
    told.textContent = tell(place.dataset.set, x, y);
    down.dispatchEvent(new Event('change', { bubbles: true }));
  };
  place.removeAttribute('data-place');
  pad.tabIndex = 0;
  pad.setAttribute('role', 'application');
  pad.addEventListener('click', event => {
    const box = pad.getBoundingClientRect();
    x = within(100 * (event.clientX - box.left) / box.width);
    y = within(100 * (event.clientY - box.top) / box.height);
    aim.setAttribute('visibility', 'hidden');
    set();
  });
  pad.addEventListener('keydown', event => {
    const step = steps[event.key];
    if (step && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const size = event.shiftKey ? 10 : 1;
      [x, y] = [within(x + size * step[0]), within(y + size * step[1])];
      put(aim, x, y);
      told.textContent = tell(place.dataset.at, x, y);
    } else if (event.key === 'Enter' || event.key === ' ') {
      set();
    } else return;
    event.preventDefault();
  });
  pad.addEventListener('focus', () => { if (pad.matches(':focus-visible')) put(aim, x, y); });
  pad.addEventListener('blur', () => aim.setAttribute('visibility', 'hidden'));
  for (const field of [across, down]) field.addEventListener('change', read);
  place.closest('form')?.addEventListener('answer:restored', read);
  read();
};

const find = root => root.querySelectorAll('[data-place]').forEach(enhance);
find(document);
document.addEventListener('htmx:load', event => find(event.target));
