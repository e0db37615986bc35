"""The guards of sessions and defences look by an index, whatever the planner knew of the table when they were planned;
the sweep of reports on sessions has an index of its own."""

from django.db import migrations, models
from django.db.models import Q

from record.migrations_ops import VendorSQL

from ._defences import DEFENCE_FUNCTIONS
from ._overlaps import OVERLAPS_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("mentoring", "0015_legal_holds")]

    operations = [
        # Replaced in place: the triggers stay, and so do the exclusion constraints with their indexes.
        VendorSQL(
            postgresql=[OVERLAPS_FUNCTION, *DEFENCE_FUNCTIONS],
            reverse_postgresql=[OVERLAPS_FUNCTION, *DEFENCE_FUNCTIONS],
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index("starts_at", condition=Q(state="held"), name="mentoring_held_idx"),
        ),
    ]
