"""Stoppers: they decide that a running trial should end early. Pure functions of the facts."""

from __future__ import annotations

from trimtab.stoppers.asha import AshaStopper
from trimtab.stoppers.bandit import BanditStopper
from trimtab.stoppers.common import Schedule
from trimtab.stoppers.hyperband import HyperbandStopper
from trimtab.stoppers.making import make_stopper
from trimtab.stoppers.median import MedianStopper
from trimtab.stoppers.patience import PatienceStopper
from trimtab.stoppers.threshold import ThresholdStopper
from trimtab.stoppers.truncation import TruncationStopper

__all__ = [
    "AshaStopper",
    "BanditStopper",
    "HyperbandStopper",
    "MedianStopper",
    "PatienceStopper",
    "Schedule",
    "ThresholdStopper",
    "TruncationStopper",
    "make_stopper",
]
