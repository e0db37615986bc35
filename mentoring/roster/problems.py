"""What is wrong with a roster, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong: its file, line (1 is the header; 0: the file as a whole), column and reason."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = (
            self.file + (f":{self.line}" if self.line else "") + (f" ({self.column})" if self.column else "")
        )
        return f"{place}: {self.reason}"

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class BundleRefused(Exception):
    """An archive or folder that is not even opened, or not read to its end."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class RosterRefused(Exception):
    """A roster that cannot be applied; nothing of it was."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems[:5]))
        self.problems = problems
