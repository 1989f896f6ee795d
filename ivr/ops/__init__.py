"""What the people who run it at night need: logs that tell without betraying callers, metrics, health."""
