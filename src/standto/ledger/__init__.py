"""The ledger: an append-only, hash-chained, signed record that nobody can quietly change."""
