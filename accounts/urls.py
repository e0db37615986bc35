"""Signing in, and one's own account. allauth's views are named one by one: what is not here, is not served
(there is no sign-up, and addresses are changed by our own page).
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import urls as factor_urls
from allauth.mfa.recovery_codes import urls as recovery_urls
from allauth.mfa.totp import urls as totp_urls
from allauth.mfa.webauthn import urls as webauthn_urls
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as organisation
from django.urls import include, path, re_path

from accounts import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("", views.profile, name="account_profile"),
    path("email/", views.address, name="account_email"),
    path("email/<str:link>/", views.confirm_address, name="account_confirm_email"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("sessions/end/", views.end_session, name="account_end_session"),
    path("sessions/end-all/", views.end_all_sessions, name="account_end_all_sessions"),
    path("tokens/", views.tokens, name="account_tokens"),
    path("tokens/create/", views.create_token, name="account_create_token"),
    path("tokens/revoke/", views.revoke_token, name="account_revoke_token"),
    path("2fa/", include(factor_urls)),
    path("2fa/totp/", include(totp_urls)),
    path("2fa/recovery-codes/", include(recovery_urls)),
    path("2fa/webauthn/", include(webauthn_urls)),
    path("oidc/<slug:provider_id>/login/", organisation.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", organisation.callback, name="openid_connect_callback"),
    path("oidc/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", social.login_error, name="socialaccount_login_error"),
]
