// A check whose answer did not arrive stays as it is and says so. A member's answer is kept in this browser and sent
// again when the network is back, or when the lesson is opened the next time.
const { reader } = document.documentElement.dataset;
const keyOf = check => `escan:check:${reader}:${new URL(check.action ?? check.href).pathname}`; // a form, or the link to it
const checkOf = target => target.closest?.('.lesson-check form.q');
const given = form => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== 'csrfmiddlewaretoken'));

const read = check => {
  try { return new URLSearchParams(localStorage.getItem(keyOf(check)) ?? ''); } catch { return new URLSearchParams(); }
};
const forget = form => {
  try { localStorage.removeItem(keyOf(form)); } catch { /* storage is refused: nothing was kept */ }
};
const keep = form => {
  try { localStorage.setItem(keyOf(form), given(form)); } catch { /* the page itself still has it */ }
};

const sendAgain = form => {
  const kept = read(form);
  if (!kept.size) return;
  if (kept.get('revision') !== form.elements.revision.value) return forget(form); // another question by now
  for (const field of form.elements) {
    if (!field.name || field.type === 'hidden') continue;
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = kept.getAll(field.name).includes(field.value);
    else field.value = kept.get(field.name) ?? '';
  }
  form.dispatchEvent(new Event('answer:restored'));
  form.requestSubmit();
};

for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.addEventListener(name, event => {
    const notice = event.target.closest('.lesson-check')?.querySelector('.unsent');
    if (notice) notice.hidden = false;
    const form = checkOf(event.target);
    if (form && reader) keep(form);
  });
}
document.addEventListener('htmx:beforeSwap', event => {
  const sent = event.detail.requestConfig?.elt, form = sent && checkOf(sent);
  if (form && reader && event.detail.shouldSwap) forget(form); // answered, or refused with a reason
});
document.addEventListener('htmx:load', event => {
  const check = event.target.closest?.('.lesson-check');
  if (!check || !reader) return;
  const form = check.querySelector('form.q'), again = check.querySelector('a[href$="?again"]');
  if (form) sendAgain(form);
  else if (again && read(again).size) again.click(); // an answer before this one is shown: to the question
});
addEventListener('online', () => {
  if (reader) document.querySelectorAll('.lesson-check form.q').forEach(sendAgain);
});
// What was said of an answer does not stand above the next one.
document.addEventListener('input', event => {
  const form = checkOf(event.target);
  if (!form) return;
  form.querySelector('.flash.error:not(.unsent)')?.remove();
  const notice = form.querySelector('.unsent');
  if (notice) notice.hidden = true;
});
