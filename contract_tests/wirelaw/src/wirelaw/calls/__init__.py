"""The service's operations, the page's HTTP calls, and what one side expects of the other that is not so."""
