"""The outcomes of predictions and orders: bounded histories in the database, for the health checks."""
