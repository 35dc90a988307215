// Offer the browser's own time zone while the profile is filled in for the first time. The form works without this file.
// Some browsers report an old name (Asia/Calcutta) for what the list calls by its present one: they say so of both alike.
/** @type {HTMLSelectElement | null} */
const select = document.querySelector('select[name="time_zone"]');

/** @param {string} [timeZone] without it, the browser's own */
const known = timeZone => new Intl.DateTimeFormat('en', timeZone ? { timeZone } : {}).resolvedOptions().timeZone;

const found = select && [...select.options].find(option => option.value && known(option.value) === known());
if (found) select.value = found.value;
