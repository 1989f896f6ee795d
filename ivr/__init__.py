"""The voice account: a channel turns a call into events; the dialogue answers with actions."""
