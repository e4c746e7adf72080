"""The command line: commands translate arguments, call the watchtower, print."""
