"""The embedded engine and the store in virtual time, with processes that die and a database that fails."""
