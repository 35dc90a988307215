"""What every app needs and none owns. No models, and no import of an app."""
