"""The common ground of the REST API: what every app's `api` stands on, and the resource of the person who asks.

It lies in the lowest app that knows people, so that all apps above can use it.
"""
