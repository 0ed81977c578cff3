"""Deployment as the pages for users describe it: proxies and a systemd unit, run with the text of those pages."""
