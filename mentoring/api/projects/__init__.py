"""What students do on their projects over the API: works, versions, decisions, defences (2.2, 2.6, T2)."""

from .defences import Defences
from .works import Deliverables, Works

__all__ = ["Defences", "Deliverables", "Works"]
