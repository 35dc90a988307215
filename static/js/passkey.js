// Says what went wrong between the browser and the passkey; allauth's own scripts do the work.
const problem = document.getElementById('passkey-problem');
const sentences = new Map([
  ['NotAllowedError', 'No passkey was used: it was canceled, or took too long. Try again when you are ready.'],
  ['InvalidStateError', 'This passkey is one of yours already.'],
  ['SecurityError', 'Passkeys work only at the academy’s own address over https.'],
]);
const OTHER = 'Your browser could not use a passkey. Try another browser, or use an app that shows codes.';

document.addEventListener('allauth.error', event => {
  if (!problem?.firstElementChild) return;
  event.preventDefault();
  problem.hidden = false;
  problem.firstElementChild.textContent = sentences.get(event.detail.exception.name) ?? OTHER;
});
