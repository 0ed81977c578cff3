"""Tests of the job store and of engines."""
