"""Train, export and rebuild the project's own 8 kHz recognition models for Vosk."""
