"""Made-up shoppers, and rankings that learn from their own clicks."""
