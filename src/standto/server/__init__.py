"""The desk: council, channel, runs and pages for many users over HTTP."""
