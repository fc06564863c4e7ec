"""profile/ and token/rotate/: what an account sees and changes of itself."""

from typing import Any, cast

from django.contrib.sessions.backends.base import SessionBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.tokens import rotate
from accounts.models import User


class ProfileSerializer(serializers.ModelSerializer[User]):
    """The e-mail address is changed through /_allauth/app/v1/account/email, which has it confirmed."""

    class Meta:
        model = User
        fields = ["id", "email", "name", "date_joined"]
        read_only_fields = ["id", "email", "date_joined"]


class NewTokenSerializer(serializers.Serializer[Any]):
    session_token = serializers.CharField()


class ProfileView(APIView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "account"

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request) -> Response:
        """Show the account."""
        return Response(ProfileSerializer(_account(request)).data)

    @extend_schema(request=ProfileSerializer, responses=ProfileSerializer)
    def patch(self, request: Request) -> Response:
        """Change the name."""
        form = ProfileSerializer(_account(request), data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        form.save()
        return Response(form.data)


class RotateTokenView(APIView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "account"

    @extend_schema(request=None, responses=NewTokenSerializer)
    def post(self, request: Request) -> Response:
        """Exchange the X-Session-Token for a new one; the old one ends at once. 400 for who signed in another way."""
        if not isinstance(request.auth, SessionBase):
            raise ValidationError("Only an X-Session-Token can be exchanged.")
        return Response({"session_token": rotate(request.auth)})


def _account(request: Request) -> User:
    """Return who is signed in, which the permission has seen to."""
    return cast(User, request.user)
