"""Standto plans and rehearses the response of a defensive alliance, on open data."""
