"""The root of the REST API: every app's resources, the policy versions, and the API's own description."""
