"""`nox -s check`: the gates that a change can reach, while one edits; before a push all of them run."""
