"""A lean quant research service whose API, event streams and web UI cannot drift apart."""

from importlib.metadata import version

__version__ = version("quant-engine")
