"""The backbone: what every room stands on. See README.md."""
