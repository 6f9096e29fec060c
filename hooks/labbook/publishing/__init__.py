"""Built site -> is it whole, is it no less than what is published, and is it what is published?"""
