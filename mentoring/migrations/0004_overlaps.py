from django.db import migrations

from ._overlaps import guard_overlaps


class Migration(migrations.Migration):
    dependencies = [("mentoring", "0003_fewer_indexes")]

    operations = [guard_overlaps()]
