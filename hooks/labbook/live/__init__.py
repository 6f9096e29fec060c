"""What GitHub and W&B last said, and how it is renewed."""
