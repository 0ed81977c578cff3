"""The shapes of the wire: envelope, jobs, events, requests."""
