"""The shapes on the wire, one file per resource, beside envelope, events and paging."""
