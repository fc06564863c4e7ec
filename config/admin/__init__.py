"""Admin pages of packages that register theirs without the theme."""

from config.admin.schedules import CrontabScheduleAdmin, IntervalScheduleAdmin, PeriodicTaskAdmin
from config.admin.sites import SiteAdmin

__all__ = ["CrontabScheduleAdmin", "IntervalScheduleAdmin", "PeriodicTaskAdmin", "SiteAdmin"]
