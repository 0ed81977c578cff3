"""`quant-engine` and `python -m quant_engine`."""


def main() -> None:
    """Run the command line."""
    # job processes import this module by way of multiprocessing and need none of the commands
    from quant_engine.cli import app  # noqa: PLC0415

    app()


if __name__ == "__main__":
    main()
