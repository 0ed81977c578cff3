"""The laws of event streams, held after every step of any schedule."""
