"""The drifts of the catalogue that stock tools find, each alone: what a team has that only installs them."""
