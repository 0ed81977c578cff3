"""What the service was seen to say, against what the contract says that it may."""
