"""Backups of a home: written while the service runs, and restored into an empty home.

A backup is a folder with one file for the database, the files of reports, signals and models as they are in a home,
`backup.json`, which says what it contains, and `SHA256SUMS`, which has the checksum of every other file.
"""
