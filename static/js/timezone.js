// Offer the browser's own time zone while the profile is filled in for the first time. The form works without this file.
const select = document.querySelector('select[name="time_zone"]');
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && [...select.options].some(option => option.value === zone)) select.value = zone;
