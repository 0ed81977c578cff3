"""The edges of the service: near misses of what it allows, headers of every answer, largest and longest values."""
