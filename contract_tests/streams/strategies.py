"""What the machines draw: which thing, which job, and ids as a client may send them."""

from hypothesis import strategies as st

from quant_engine.api.schemas.jobs import JobType

WHICH = st.integers(min_value=0, max_value=7)
FRACTIONS = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0, -1.0, 2.0, 1e-9])
KINDS = st.sampled_from(list(JobType))
# as a header may carry them: garbage, the future, numbers that are no revisions
GARBAGE = st.one_of(
    st.sampled_from(
        ["", "x", "-1", "+1", "01", "1.0", "0x1", "1e0", "9" * 18, "9" * 40, "1_0", "None", "true"]
    ),
    st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=8).map(str.strip),
    st.integers(min_value=-3, max_value=2**70).map(str),
)
UNICODE = st.text(max_size=6)  #: as only a query can carry it
RELATIVE = st.integers(min_value=-2, max_value=3)  #: to a job's newest revision
