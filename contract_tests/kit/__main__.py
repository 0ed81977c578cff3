"""`python -m contract_tests.kit`: runs the service of `contract_tests.kit.serve`.

multiprocessing imports the main module in each job process, unless it is a `__main__` of a package; job processes need
nothing of the service.
"""

from contract_tests.kit.serve import main

if __name__ == "__main__":
    main()
