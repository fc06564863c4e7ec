"""How fast a shop of a given size answers GET /api/v1/recommendations/, beside a bare view of the same server."""
