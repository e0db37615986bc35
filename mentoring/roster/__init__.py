"""OneRoster 1.2 (and 1.1) CSV rosters: a school's people, Paths and enrolments come in.

The way of a roster: ``bundle`` opens the folder or archive safely, ``reading`` turns its files into records and
collects what is wrong, ``mirror`` sets them against what the source told before, ``planning`` works out what
changes here, ``applying`` writes it. ``importing`` holds the two calls that pages and the command make.
"""
