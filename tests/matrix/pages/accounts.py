"""Signing in, and what a person may change of themselves."""

from __future__ import annotations

from .grades import (
    NOBODY,
    ONLY_ADMINISTRATORS,
    PUBLIC,
    SIGNED_IN,
    STAFF_BUT_OTHERS,
    STAFF_READ,
    TO_SIGN_IN,
    about,
    lines,
    models,
    table,
)

PAGES = {
    **lines(PUBLIC, "socialaccount_login_cancelled account_reset_password account_reset_password_done"),
    **lines(PUBLIC, "account_reset_password_from_key account_reset_password_from_key_done"),
    **lines(table(302, anonymous=200), "account_login"),
    **lines(table(404, anonymous=404), "openid_connect_login openid_connect_callback"),  # switched off
    **lines(table(401, anonymous=401), "socialaccount_login_error"),
    **lines(SIGNED_IN, "account_profile account_email account_change_password account_logout"),
    **lines(SIGNED_IN, "account_sessions account_tokens account_reauthenticate mfa_index mfa_list_webauthn"),
    **lines(table(410), "account_confirm_email"),
    **lines(TO_SIGN_IN, "account_set_password account_create_token mfa_authenticate mfa_reauthenticate"),
    **lines(TO_SIGN_IN, "mfa_activate_totp mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn"),
    **lines(TO_SIGN_IN, "mfa_generate_recovery_codes mfa_login_webauthn mfa_reauthenticate_webauthn"),
    **lines(TO_SIGN_IN, "account_end_all_sessions", "POST"),
    **lines(NOBODY, "account_end_session account_revoke_token", "POST"),  # of nobody's session or token
    **lines(NOBODY, "mfa_deactivate_totp mfa_view_recovery_codes mfa_download_recovery_codes"),
}

ADMIN = models("accounts_user", STAFF_READ, row=STAFF_BUT_OTHERS, add=ONLY_ADMINISTRATORS)

ROWS = {
    **about("account_reset_password_from_key", "a", "b"),
    **about("account_confirm_email openid_connect_login openid_connect_callback", "x"),
    **about("mfa_remove_webauthn mfa_edit_webauthn", 1),
}
