"""The lab book: curated experiments and what GitHub and W&B say of them, rendered to pages."""
