// A course's page.
import './figures.js';
import './keep-course.js';
