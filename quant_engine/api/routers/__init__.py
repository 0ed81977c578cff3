"""One file a resource: what is asked, who answers, which errors are declared; no SQL."""
