"""Figures: one function each, from derived tables to a chart; `registry` lists them by mode."""
