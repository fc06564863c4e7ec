"""API of the whole site: addresses, schema, and the one shape of its errors."""
