"""The routes, one file per resource: parameters, declared errors and the call of a service; no SQL."""
