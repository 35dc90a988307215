// A page may come from the browser's history, as it was when it was left, or from a copy on this device. What its reader
// did since, on another page or device, is not in it.

/**
 * Calls back where the page may be older than what its reader did since, each time that it is opened so.
 *
 * @param {() => void} then
 */
export const whenOld = then => {
  const [arrival] = performance.getEntriesByType('navigation');
  const isFromHistory = arrival instanceof PerformanceNavigationTiming && arrival.type === 'back_forward';
  // By then every script of the page has begun.
  if (isFromHistory || 'kept' in document.documentElement.dataset) document.addEventListener('DOMContentLoaded', then);
  addEventListener('pageshow', event => { if (event.persisted) then(); });
};
