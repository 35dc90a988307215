// What the pages' scripts meet beside what browsers give.

/** hls.js, which is loaded when a video is played, from an address that the page names. */
type HlsModule = typeof import('hls.js');
type Hls = HlsModule['default'];

interface DocumentEventMap {
  /** htmx has put something into the page. */
  'htmx:load': Event;
  'htmx:beforeSwap': CustomEvent<{ requestConfig?: { elt: Element }; shouldSwap: boolean }>;
  'allauth.error': CustomEvent<{ exception: Error }>;
}

interface HTMLElementEventMap {
  /** What was kept of an answer stands in the form again. */
  'answer:restored': Event;
  /** A second of the video is wanted, and played from there. */
  'player:wanted': CustomEvent<number>;
  /** The video is loaded as far as it must be to be played. */
  'player:ready': CustomEvent<null>;
}
