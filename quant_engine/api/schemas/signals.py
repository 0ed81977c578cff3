"""The latest predictions."""

from quant_engine.domain.parameters import PredictParameters
from quant_engine.domain.reports import PredictSummary, Provenance, Signal, SignalsReport

__all__ = ["PredictParameters", "PredictSummary", "Provenance", "Signal", "SignalsReport"]
