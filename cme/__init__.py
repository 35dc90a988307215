"""Credit: activities, claims and certificates. The only place that knows credit."""
