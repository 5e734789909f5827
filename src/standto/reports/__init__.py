"""Reports in, a situation log out: who said what, when, attributed to whom."""
