"""Pre-training under infinite compute: from W&B runs and published values to every figure."""
