"""Durable jobs: the store, the event log and the engine that runs them; they know no finance."""
