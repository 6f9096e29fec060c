"""What in the lab book is worth a curator's hand: rules, and how their findings are printed."""
