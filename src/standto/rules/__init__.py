"""The rules: limits before solving, findings after, written independently of each other."""
