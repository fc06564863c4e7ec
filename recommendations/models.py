"""The behaviour tables. They hold plain UUIDs and no foreign keys to the shop, which may be in another database."""

from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.counting.models import Impression, RailCount
from recommendations.experiments.models import Experiment, Exposure, Variant
from recommendations.jobs.models import Job, Lease, ReadMark
from recommendations.monitoring.models import Alarm, Check, Measurement
from recommendations.rules.models import Rule, RuleChange, RuleSet
from recommendations.serving.models import IndexedProduct
from recommendations.versions.models import ModelVersion, RankingProfile, Segment, Segmentation, SegmentKind

__all__ = [
    "Alarm",
    "Check",
    "Experiment",
    "Exposure",
    "Impression",
    "IndexedProduct",
    "Interaction",
    "Job",
    "Lease",
    "Measurement",
    "ModelVersion",
    "RailCount",
    "RankingProfile",
    "ReadMark",
    "Rule",
    "RuleChange",
    "RuleSet",
    "Segment",
    "SegmentKind",
    "Segmentation",
    "ShopperProfile",
    "Variant",
    "VisitorLink",
]
