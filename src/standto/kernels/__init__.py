"""Numba kernels, nothing else: arrays in, arrays out."""
