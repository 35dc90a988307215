"""What operators see and keep: backups, metrics, logs, and settings that fit together."""
