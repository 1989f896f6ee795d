"""The HTTP door: the account core's use cases for the operator's own web site and application."""
