"""Many subscribers with a sound ledger, for measuring at scale."""
