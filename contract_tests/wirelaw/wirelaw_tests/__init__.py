"""Tests of wirelaw; they mirror its modules."""
