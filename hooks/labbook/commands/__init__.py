"""The commands of `labbook`, one module each: `add` says how it is called, and what runs."""
