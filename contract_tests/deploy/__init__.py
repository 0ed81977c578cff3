"""The service beside other programs of an installation, as the pages for users describe it."""
