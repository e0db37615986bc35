"""A made-up school with a lawful past: every row comes from the services, called at past instants.

`school` makes it, `story` lives it, `cast` names its people.
"""
