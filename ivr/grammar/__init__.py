"""What may be said and how it is said: pure functions and tables, one place for both directions."""
