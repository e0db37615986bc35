"""The pages that are opened most, and the session list of the API, beside their floors."""
