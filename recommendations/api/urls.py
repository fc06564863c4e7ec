"""API addresses under /api/v1/."""

from django.urls import path

from recommendations.api.batch import BatchRecommendationsView
from recommendations.api.events import EventsView
from recommendations.api.metrics import MetricsView
from recommendations.api.predictions import PredictRatingView
from recommendations.api.preferences import (
    CategoryChoiceView,
    DismissedProductsView,
    DismissedProductView,
    RecentlyViewedView,
)
from recommendations.api.recommendations import RecommendationsView

urlpatterns = [
    path("recommendations/", RecommendationsView.as_view(), name="api-recommendations"),
    path("recommendations/batch/", BatchRecommendationsView.as_view(), name="api-recommendations-batch"),
    path("recommendations/categories/", CategoryChoiceView.as_view(), name="api-category-choice"),
    path("recommendations/recently-viewed/", RecentlyViewedView.as_view(), name="api-recently-viewed"),
    path("recommendations/not-interested/", DismissedProductsView.as_view(), name="api-dismissed-products"),
    path(
        "recommendations/not-interested/<uuid:product_id>/",
        DismissedProductView.as_view(),
        name="api-dismissed-product",
    ),
    path("predict/rating/", PredictRatingView.as_view(), name="api-predict-rating"),
    path("events/", EventsView.as_view(), name="api-events"),
    path("metrics/", MetricsView.as_view(), name="api-metrics"),
]
