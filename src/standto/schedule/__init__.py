"""The scheduler: a time-phased deployment with a proven lower bound."""
