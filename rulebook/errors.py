"""What the rules answer when something may not be done, or a policy file cannot be read."""

from collections.abc import Mapping


class RuleError(Exception):
    """A refusal by a rule: the field it stands beside, the clause it rests on, and a sentence for people.

    ``message`` is a translatable text with ``%(name)s`` places; ``params`` fills them, so that pages and
    the API can translate the text before they fill it.
    """

    def __init__(
        self, field: str, clause: str, message: str, params: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(field, clause, message)
        self.field = field
        self.clause = clause
        self.message = message
        self.params: dict[str, object] = dict(params or {})

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class NoticeRefused(RuleError):
    """A notice of absence that came at or after the start: none is taken any more, reasons still are
    (A4, A8).
    """


class PolicyError(Exception):
    """A policy file that cannot be used: it names the file, the key and the reason."""

    def __init__(self, file: object, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")
        self.file = str(file)
        self.key = key
        self.reason = reason
