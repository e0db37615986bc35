from django.db import migrations

from ._defences import guard_defences


class Migration(migrations.Migration):
    dependencies = [
        ("mentoring", "0010_defences"),
        ("students", "0008_written_once"),
    ]

    operations = [guard_defences()]
