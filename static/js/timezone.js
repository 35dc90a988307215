// The browser's own time zone: sent along by whoever signs in, and offered where the profile asks for it and knows none yet.
// No cookie is needed for it. The forms work without this file.
/** @param {string} [timeZone] without it, the browser's own */
const known = timeZone => new Intl.DateTimeFormat('en', timeZone ? { timeZone } : {}).resolvedOptions().timeZone;

/** @type {HTMLSelectElement | null} */
const select = document.querySelector('select[name="time_zone"]');
if (select) {
  // Some browsers report an old name (Asia/Calcutta) for what the list calls by its present one: they say so of both alike.
  const found = [...select.options].find(option => option.value && known(option.value) === known());
  if (found && !select.value) select.value = found.value;
} else {
  /** @type {NodeListOf<HTMLFormElement>} */
  const forms = document.querySelectorAll('main form[method="post"]');
  for (const form of forms) {
    const field = document.createElement('input');
    [field.type, field.name, field.value] = ['hidden', 'time_zone', known()];
    form.append(field);
  }
}
