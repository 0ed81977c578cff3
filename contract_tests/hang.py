"""The one limit of time: what takes longer hangs. No test compares a speed with it; benchmarks/ measure speeds."""

HANG_SECONDS = (
    600.0  #: of a program, a thread or a process; pytest ends a test after three times this
)
#: likewise of an answer, an event or an element of the page, so that a test reports which one is missing
ANSWER_SECONDS = HANG_SECONDS / 5
