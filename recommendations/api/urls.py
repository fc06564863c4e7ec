"""API addresses under /api/v1/."""

from django.urls import path

from recommendations.api.batch import BatchRecommendationsView
from recommendations.api.metrics import metrics
from recommendations.api.predictions import PredictRatingView
from recommendations.api.views import EventsView, RecommendationsView

urlpatterns = [
    path("recommendations/", RecommendationsView.as_view(), name="api-recommendations"),
    path("recommendations/batch/", BatchRecommendationsView.as_view(), name="api-recommendations-batch"),
    path("predict/rating/", PredictRatingView.as_view(), name="api-predict-rating"),
    path("events/", EventsView.as_view(), name="api-events"),
    path("metrics/", metrics, name="api-metrics"),
]
