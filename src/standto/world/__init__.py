"""The world: who stands together, on which ground, with every reference proven."""
