"""The engine, its pragmas and the one migration history; no tables of anybody."""
