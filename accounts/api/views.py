"""API views of an account: profile/ and token/rotate/."""

from typing import Any, cast

from django.contrib.sessions.backends.base import SessionBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.replays import KEY_HEADER, LONGEST_KEY, REPLAYED_HEADER, key_of
from accounts.api.tokens import REPLAYED_FOR, ExchangeAuthentication, Exchanged, rotate
from accounts.models import User

KEY = OpenApiParameter(
    KEY_HEADER,
    str,
    OpenApiParameter.HEADER,
    description=f"Random text of your own, at most {LONGEST_KEY} characters: with it and the old token the request can "
    f"be sent again for {REPLAYED_FOR.seconds // 60} minutes, when its answer was lost, and gives the same new token.",
)


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
    authentication_classes = [ExchangeAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_scope = "account"

    @extend_schema(
        request=None,
        responses=NewTokenSerializer,
        parameters=[KEY],
        auth=[{"XSessionTokenAuth": []}, {"cookieAuth": []}],  # type: ignore[list-item]  # what OpenAPI wants
    )
    def post(self, request: Request) -> Response:
        """Exchange the X-Session-Token for a new one; the old one ends at once. 400 for who signed in another way."""
        key = key_of(request)
        if isinstance(request.auth, Exchanged):
            return Response({"session_token": request.auth.token}, headers={REPLAYED_HEADER: "true"})
        if not isinstance(request.auth, SessionBase):
            raise ValidationError("Only an X-Session-Token can be exchanged.")
        return Response({"session_token": rotate(request.auth, key)})


def _account(request: Request) -> User:
    """Return the account; IsAuthenticated made sure that there is one."""
    return cast(User, request.user)
