"""Sites in the admin, with the theme."""

from django.contrib import admin
from django.contrib.sites.models import Site
from unfold.admin import ModelAdmin

admin.site.unregister(Site)


@admin.register(Site)
class SiteAdmin(ModelAdmin):
    """Name and address of the shop in mails to shoppers."""

    list_display = ("domain", "name")
    search_fields = ("domain", "name")
