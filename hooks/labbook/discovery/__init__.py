"""Finding experiments among issues: what an issue's texts say, read without any network."""
