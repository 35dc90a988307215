// On every page.
import './theme.js';
import './offline.js';
