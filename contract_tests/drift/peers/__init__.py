"""What stock tools make of the catalogue, each alone: what a team has that installs them and goes no further."""
