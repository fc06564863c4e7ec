"""The admin of recommendations: the log and profiles to view, versions, rules and weights to decide on."""

from recommendations.admin.alarms import AlarmAdmin
from recommendations.admin.experiments import ExperimentAdmin
from recommendations.admin.jobs import JobAdmin
from recommendations.admin.log import InteractionAdmin
from recommendations.admin.profiles import ShopperProfileAdmin
from recommendations.admin.ranking import RankingProfileAdmin
from recommendations.admin.rules import RuleChangeAdmin, RuleSetAdmin
from recommendations.admin.segments import SegmentationAdmin
from recommendations.admin.versions import ModelVersionAdmin

__all__ = [
    "AlarmAdmin",
    "ExperimentAdmin",
    "InteractionAdmin",
    "JobAdmin",
    "ModelVersionAdmin",
    "RankingProfileAdmin",
    "RuleChangeAdmin",
    "RuleSetAdmin",
    "SegmentationAdmin",
    "ShopperProfileAdmin",
]
