"""What the database refuses by itself: a penalty before a sent complaint, a meeting inside the notice, a decision changed."""

from django.db import migrations

from ._due_process import guard_due_process


class Migration(migrations.Migration):
    dependencies = [
        ("discipline", "0003_excuses_and_reminders"),
        ("record", "0008_message_guards"),
        ("students", "0001_initial"),
    ]

    operations = [guard_due_process()]
