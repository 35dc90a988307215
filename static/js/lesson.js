// A member's lesson: each part finds what it is about in the page, and does nothing where there is none.
import './figures.js';
import './place.js';
import './check.js';
import './player.js';
import './progress.js';
import './notes.js';
