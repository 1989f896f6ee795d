"""Hearing and speaking: everything between a caller's sound and words, in both directions.

`ports` says what a channel may ask for; `voice` speaks and `hearing` listens. Vosk lives in `vosk_ear`,
pyttsx3 in `synthesis_process`; nothing else imports them.
"""
