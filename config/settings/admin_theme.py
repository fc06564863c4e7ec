"""Theme of the admin: menu and colours."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

_SIDEBAR = {
    "Shop": [
        ("Products", "shop_product", "inventory_2"),
        ("Categories", "shop_category", "account_tree"),
        ("Orders", "shop_order", "receipt_long"),
        ("Carts", "shop_cart", "shopping_cart"),
        ("Reviews", "shop_review", "reviews"),
    ],
    "People": [
        ("Accounts", "accounts_user", "person"),
        ("Groups", "auth_group", "groups"),
        ("E-mail addresses", "account_emailaddress", "mail"),
    ],
    "Recommendations": [
        ("Jobs", "recommendations_job", "pending_actions"),
        ("Alarms", "recommendations_alarm", "notifications_active"),
        ("Model versions", "recommendations_modelversion", "model_training"),
        ("Segments", "recommendations_segmentation", "bubble_chart"),
        ("Experiments", "recommendations_experiment", "science"),
        ("Ranking profiles", "recommendations_rankingprofile", "tune"),
        ("Rule sets", "recommendations_ruleset", "push_pin"),
        ("Changes of rules", "recommendations_rulechange", "history"),
        ("Interactions", "recommendations_interaction", "ads_click"),
        ("Shopper profiles", "recommendations_shopperprofile", "fingerprint"),
    ],
    "System": [
        ("Schedules", "django_celery_beat_periodictask", "schedule"),
        ("Times of day", "django_celery_beat_crontabschedule", "calendar_month"),
        ("Intervals", "django_celery_beat_intervalschedule", "timer"),
        ("Sites", "sites_site", "public"),
    ],
}


def admin_theme(site_name: str) -> dict[str, Any]:
    """Return the settings of django-unfold: names, colours, and the menu."""
    return {
        "SITE_TITLE": site_name,
        "SITE_HEADER": site_name,
        "SITE_SUBHEADER": "Shop administration",
        "SITE_SYMBOL": "storefront",
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/favicon.svg")}],
        "BORDER_RADIUS": "8px",
        "COLORS": {
            "primary": {
                "50": "#fdf4f0",
                "100": "#fbe6dc",
                "200": "#f5c9b6",
                "300": "#eca387",
                "400": "#dd7455",
                "500": "#c9543a",
                "600": "#b5432a",
                "700": "#95331d",
                "800": "#7a2b1a",
                "900": "#652718",
                "950": "#37110a",
            },
        },
        "SIDEBAR": {
            "show_search": True,
            "show_all_applications": True,
            "navigation": [
                {
                    "title": title,
                    "separator": True,
                    "items": [
                        {"title": name, "icon": icon, "link": reverse_lazy(f"admin:{model}_changelist")}
                        for name, model, icon in entries
                    ],
                }
                for title, entries in _SIDEBAR.items()
            ],
        },
    }
