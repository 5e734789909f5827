"""The rehearsal: the schedule against what may go wrong, thousands of times."""
