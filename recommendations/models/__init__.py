"""The behaviour tables. Plain UUIDs, no foreign keys to the shop: it may live in another database."""

from recommendations.models.alarms import Alarm, Check, Measurement, RailCount
from recommendations.models.catalogue import IndexedProduct
from recommendations.models.experiments import Experiment, Exposure, Impression, Variant
from recommendations.models.jobs import Job, Lease, ReadMark
from recommendations.models.log import Interaction, VisitorLink
from recommendations.models.ranking import RankingProfile
from recommendations.models.rules import Rule, RuleChange, RuleSet
from recommendations.models.segments import Segment, Segmentation, SegmentKind
from recommendations.models.shoppers import ShopperProfile
from recommendations.models.versions import ModelVersion

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
