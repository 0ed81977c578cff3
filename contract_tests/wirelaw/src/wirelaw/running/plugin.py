"""A pytest plugin: `--wirelaw` holds what the clients of a suite exchange with an app to the app's contract.

No test is changed or written, and none gets another outcome; the run fails at its end.
"""

import pytest

NAME = "wirelaw-suite"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("wirelaw", "answers to the tests' clients, held to the contract")
    add = group.addoption
    add("--wirelaw", action="store_true", help="fail at the end if an answer drifted")
    add("--wirelaw-contract", metavar="FILE", help="instead of the contract of the app itself")
    add("--wirelaw-url", metavar="URL", help="of the service, if tests reach it over a network")
    add("--wirelaw-report", metavar="FILE", help="write the findings as JSON")
    add(
        "--wirelaw-error-fields",
        metavar="NAMES",
        default="",
        help="the fields of an error that the page reads: error.message,detail",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start to watch before a conftest can send a request."""
    _start(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Start to watch in a worker, which has no such hook."""
    _start(config)


def _start(config: pytest.Config) -> None:
    options = config.known_args_namespace
    if not getattr(options, "wirelaw", False) or config.pluginmanager.has_plugin(NAME):
        return
    try:
        # pytest loads this module in every run, and the rest needs the extra `running`
        from wirelaw.running.run import Run  # noqa: PLC0415 - as above
    except ImportError as error:
        raise pytest.UsageError(
            f"--wirelaw needs `pip install wirelaw[running]`: {error}"
        ) from None
    config.pluginmanager.register(Run(config, options), NAME)
