"""Video-conference participant reports: who was there, as Zoom or Microsoft Teams tells it.

``decoding`` finds the text, ``reading`` the participants, ``instants`` what their times mean, ``matching`` the
sessions that they belong to; ``uploading`` holds the calls that pages make.
"""
