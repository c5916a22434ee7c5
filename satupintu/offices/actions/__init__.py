"""Everything that can happen to the city's own data: loading, units, outages, official numbers."""

from satupintu.offices.actions.loading import AreaTaken, OtherCity, load
from satupintu.offices.actions.numbers import (
    ReasonMissing,
    reserve_numbers,
    take_number,
    use_reserved,
    void_number,
)
from satupintu.offices.actions.outages import OutageRefused, declare_outage, end_outage
from satupintu.offices.actions.units import NotOfTheCity, UnknownName, put_office, put_post

__all__ = [
    "AreaTaken",
    "NotOfTheCity",
    "OtherCity",
    "OutageRefused",
    "ReasonMissing",
    "UnknownName",
    "declare_outage",
    "end_outage",
    "load",
    "put_office",
    "put_post",
    "reserve_numbers",
    "take_number",
    "use_reserved",
    "void_number",
]
