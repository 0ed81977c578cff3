"""Between the wire and the domain: HTTP, jobs and streams; it loads no numpy and no model library."""
