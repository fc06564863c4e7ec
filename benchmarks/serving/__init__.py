"""Speed of GET /api/v1/recommendations/ in a shop of a given size, beside a bare view of the same server."""
