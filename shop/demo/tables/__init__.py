"""What the demo catalogue is composed from: one module per department. All brands are invented."""

from shop.demo.tables.audio import AUDIO
from shop.demo.tables.cycling import CYCLING
from shop.demo.tables.garden import GARDEN
from shop.demo.tables.home import HOME
from shop.demo.tables.kitchen import KITCHEN
from shop.demo.tables.outdoor import OUTDOOR
from shop.demo.tables.stationery import STATIONERY
from shop.demo.tables.structure import Department
from shop.demo.tables.toys import TOYS

__all__ = ["DEPARTMENTS"]

DEPARTMENTS: tuple[Department, ...] = (KITCHEN, HOME, AUDIO, OUTDOOR, CYCLING, STATIONERY, GARDEN, TOYS)
