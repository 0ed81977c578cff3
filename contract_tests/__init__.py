"""The gate: what holds between the service, its streams and the page, held against the committed contract."""
