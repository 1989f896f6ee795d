"""The telephone: one Asterisk call becomes a `Channel` (FastAGI for control, AudioSocket for sound)."""
