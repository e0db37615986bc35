"""Who may do what: the tables of ``test_matrix_pages.py`` and ``test_matrix_api.py``, one file a subject.

A new page goes to the file of its subject in ``pages``, a new address of the API to the one in ``api``, and the rows
that they are about to the worlds beside them. A subject that is new adds a file and its name to ``SUBJECTS``.
"""
