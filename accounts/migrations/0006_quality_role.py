from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_assessors"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("student", "Student"),
                    ("mentor", "Mentor"),
                    ("assessor", "Assessor"),
                    ("quality", "Quality"),
                    ("student_success", "Student Success"),
                    ("learning_manager", "Learning Manager"),
                    ("head_of_learning", "Head of Learning"),
                    ("administrator", "Administrator"),
                ],
                max_length=32,
            ),
        ),
    ]
