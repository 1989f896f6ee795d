"""No secret is written into a flow; `slots` sees to it that secrets are asked as such and go nowhere else."""

from __future__ import annotations

from ivr.dialogue.flow import Do
from ivr.flowfile.checks.subject import Subject


def check(subject: Subject) -> None:
    """Note secrets that stand in the file itself."""
    for flow, _, part, path in subject.parts():
        use_case = subject.use_cases.get(part.use_case) if isinstance(part, Do) else None
        if isinstance(part, Do) and use_case is not None:
            for name, argument in part.arguments.items():
                if name in use_case.secret and isinstance(argument, str):
                    where = f"{path}.{part.use_case}.{name}"
                    message = f"the secret {name} is written into the flow"
                    subject.error(flow, where, message, "ask the caller for it")
