"""What became of predictions and orders: bounded histories in the database, read by whoever judges."""
