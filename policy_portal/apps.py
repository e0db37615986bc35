from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class PolicyPortalConfig(AppConfig):
    name = "policy_portal"

    def ready(self) -> None:
        """Read the versions of policy and code once, so that one that cannot be used stops the start with its name."""
        from rulebook import codes
        from rulebook.errors import PolicyError
        from rulebook.policy import load

        try:
            load(settings.POLICY_DIR)
            codes.load(settings.POLICY_DIR)
        except PolicyError as error:
            raise ImproperlyConfigured(f"Setting POLICY_DIR: {error}") from error
