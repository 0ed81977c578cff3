"""Level 2: what a running service answers, compared with its contract and with what the page reads."""
