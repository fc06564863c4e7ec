"""Account pages besides those of allauth."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import sign_in_required
from accounts.forms import ProfileForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sign_in_required("Sign in to see your account.")
def profile(request: HttpRequest) -> HttpResponse:
    """Show the account and save changes to it."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)
