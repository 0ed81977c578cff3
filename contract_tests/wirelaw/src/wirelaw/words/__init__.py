"""Closed sets of words that are the same thing on both sides, such as the states of a job."""
