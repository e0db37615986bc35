from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from accounts.receivers import first_factor_added

        authenticator_added.connect(first_factor_added, dispatch_uid="accounts.first_factor_added")
