"""The services behind the routes, one file per resource; no web framework."""
