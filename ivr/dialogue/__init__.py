"""The dialogue core, sans-IO: events in, actions out; no clock, no files, no sockets, no randomness."""
