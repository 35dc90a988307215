// Served as the worker with OFFLINE_READING=0: it takes everything that was kept with it, and goes.
const leave = async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await registration.unregister();
};
addEventListener('install', event => { event.waitUntil(skipWaiting()); });
addEventListener('activate', event => { event.waitUntil(leave()); });
