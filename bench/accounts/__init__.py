"""What the account core promises in numbers."""
