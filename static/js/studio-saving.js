// A draft keeps itself while somebody presses “Save draft” or “Publish”: the press waits for that, or what is new would
// be made twice. Without it the press goes at once.

const LONGEST = 10_000; // milliseconds

let isKept = true;
/** @type {{ form: HTMLFormElement, button: HTMLElement | null, timer: number } | null} */
let pressed = null;

const go = () => {
  isKept = true;
  if (!pressed) return;
  const { form, button, timer } = pressed;
  pressed = null;
  clearTimeout(timer);
  // Wagtail disables the button meanwhile, and what is disabled is not sent.
  if (button instanceof HTMLButtonElement) button.disabled = false;
  form.requestSubmit(button);
};

/** @param {SubmitEvent} event */
const wait = event => {
  const form = event.target;
  if (isKept || !(form instanceof HTMLFormElement) || !form.matches('[data-edit-form]')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed ??= { form, button: event.submitter, timer: window.setTimeout(go, LONGEST) };
};

document.addEventListener('w-autosave:save', event => {
  isKept = event.defaultPrevented;
});
document.addEventListener('w-autosave:success', go);
document.addEventListener('w-autosave:error', go);
document.addEventListener('submit', wait, { capture: true });
