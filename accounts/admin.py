"""Accounts, groups of staff and e-mail addresses in the admin."""

from typing import ClassVar

from allauth.account.admin import EmailAddressAdmin as BaseEmailAddressAdmin
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import BooleanRadioFilter, RangeDateFilter
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import User

admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class NewUserForm(UserCreationForm):
    """An account by e-mail address instead of a user name."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name"]


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):
    """Shoppers and staff."""

    form = UserChangeForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "name", "is_active", "is_staff", "date_joined", "last_login"]
    list_filter = [
        ("is_staff", BooleanRadioFilter),
        ("is_active", BooleanRadioFilter),
        ("date_joined", RangeDateFilter),
    ]
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["email", "name"]
    search_help_text = "E-mail address or name"
    ordering = ["-date_joined"]
    readonly_fields = ["date_joined", "last_login"]
    filter_horizontal = ["groups", "user_permissions"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Record", {"fields": ["date_joined", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2"]})]


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):
    """Groups of staff with their permissions."""


@admin.register(EmailAddress)
class EmailAddressAdmin(BaseEmailAddressAdmin, ModelAdmin):
    """E-mail addresses, confirmed or not."""

    list_filter = [("verified", BooleanRadioFilter), ("primary", BooleanRadioFilter)]
    list_filter_submit = True
    list_select_related = ["user"]
    raw_id_fields: list[str] = []
    autocomplete_fields = ["user"]
