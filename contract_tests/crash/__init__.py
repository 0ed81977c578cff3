"""Kills of real processes at every phase of a job: `nox -s crash`."""
