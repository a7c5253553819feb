"""A case to be moved by hand: `controls` and `session` know no widget, `widgets` and `page` show them."""
