"""Channels: each turns one kind of call into events and carries out the dialogue's actions."""
