"""How well a recognition model hears: callable with any Vosk model folder."""
