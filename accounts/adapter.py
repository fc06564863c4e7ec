"""allauth adapter: safe redirects, and mails in the name of this shop."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.contrib.sites.models import Site
from django.utils.http import url_has_allowed_host_and_scheme


class AccountAdapter(DefaultAccountAdapter):
    """The shop's account rules."""

    def is_safe_url(self, url: str | None) -> bool:
        """Tell whether `next` leads to the host of this request; other allowed hosts do not count."""
        request = current.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.SITE_NAME}: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail that names this shop, whatever the sites table says."""
        site = Site(name=settings.SITE_NAME, domain=current.request.get_host())
        super().send_mail(template_prefix, email, context | {"current_site": site})
