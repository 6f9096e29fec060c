"""The one canonical form of the curated file: order of keys, indentation, empty lines."""
