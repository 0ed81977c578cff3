"""The engine, its pragmas and the one migration history; it declares no tables."""
