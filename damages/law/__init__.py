"""What the law says: statutes and authorities, each with how far it was read."""
