// A stranger's lesson: nothing of it is kept.
import './figures.js';
import './place.js';
import './check.js';
import './player.js';
