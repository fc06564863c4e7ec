"""Clients of the API."""

import pytest
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, visitor_token


@pytest.fixture
def visitor_api(visitor) -> APIClient:
    """A client that carries the visitor's token."""
    return APIClient(headers={TOKEN_HEADER: visitor_token(visitor.id)})
