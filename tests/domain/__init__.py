"""Tests of `quant_engine.domain`."""
