// A check whose answer did not arrive stays as it is, and says so.
for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.addEventListener(name, event => {
    const notice = event.target.closest('.lesson-check')?.querySelector('.unsent');
    if (notice) notice.hidden = false;
  });
}
