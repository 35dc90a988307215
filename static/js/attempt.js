// An answer that did not arrive must not look as if it had.
const notice = document.querySelector('#not-kept');
for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  addEventListener(name, () => { notice.hidden = false; });
}
addEventListener('htmx:afterOnLoad', () => { notice.hidden = true; });
