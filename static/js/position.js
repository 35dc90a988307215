// Tells the server which block the reader is at, so that any device can go on there.
// At most one small request every 15 seconds, and one when the page is left.
const lesson = document.querySelector('[data-position-url]');
const blocks = [...lesson.querySelectorAll('[data-block]')];
const interval = 15000;
let sent = null, timer = null;
// Where a place is kept already, opening the page does not move it; reading on does.
let moved = !document.querySelector('[data-resume]');

const current = () => {
  const line = innerHeight * 0.3;
  return blocks.findLast(block => block.getBoundingClientRect().top <= line) ?? blocks[0];
};

const send = () => {
  clearTimeout(timer);
  timer = null;
  const block = current()?.dataset.block;
  if (!moved || !block || block === sent) return;
  sent = block;
  fetch(lesson.dataset.positionUrl, {
    method: 'POST', body: new URLSearchParams({ block }), headers: { 'X-CSRFToken': lesson.dataset.token }, keepalive: true,
  }).catch(() => { sent = null; });
};

addEventListener('scroll', () => { moved = true; timer ??= setTimeout(send, interval); }, { passive: true });
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') send(); });
addEventListener('pagehide', send);
send();
