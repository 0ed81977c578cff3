"""HTTP, jobs and streams; loads no numpy and no model library."""
