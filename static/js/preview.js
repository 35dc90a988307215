// A preview keeps nothing: the marks go with the form that asks what a learner is told.
import { need } from './shared/elements.js';

const field = need(document, 'form[data-preview] [name=marks]', HTMLInputElement);
document.addEventListener('viewer:marks', event => {
  if (event instanceof CustomEvent) field.value = JSON.stringify(event.detail);
});
