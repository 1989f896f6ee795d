"""What the operator sells and how it is called: YAML files in this folder, checked on load."""

from ivr.accounts.catalogue.model import Catalogue, Extension, Melody, Name, Option, Reward, Tariff, Terms
from ivr.accounts.catalogue.reader import FOLDER, load_catalogue

__all__ = [
    "FOLDER",
    "Catalogue",
    "Extension",
    "Melody",
    "Name",
    "Option",
    "Reward",
    "Tariff",
    "Terms",
    "load_catalogue",
]
