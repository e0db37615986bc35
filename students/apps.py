from django.apps import AppConfig


class StudentsConfig(AppConfig):
    name = "students"

    def ready(self) -> None:
        from accounts.models import Role
        from accounts.permissions import looks_after
        from record.permissions import let_read
        from students.selectors import students_managed_by

        looks_after(Role.LEARNING_MANAGER, students_managed_by)
        let_read(Role.LEARNING_MANAGER, students_managed_by)
