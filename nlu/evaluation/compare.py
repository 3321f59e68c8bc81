"""Compares two models in a process of its own: `python -m nlu.evaluation.compare TASK`, from the project folder.

TASK is a JSON file with the fields of `Task`; whoever made it reads the report, a JSON file as well, and the lines
`progress: N of M` on the output. The studio calls it: interpreting thousands of sentences twice would hold up a service.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from bot.model.errors import GuichetError
from nlu.evaluation.two_models import Task, compare
from nlu.rasa.__main__ import end_with_parent


def main() -> int:
    """Do the task; 1 and a line on the error output if it cannot be done."""
    fields: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    os.nice(int(os.environ.pop("GUICHET_NICE", "0")))
    end_with_parent(int(os.environ.pop("GUICHET_PARENT", str(os.getppid()))))
    try:
        report = asyncio.run(compare(task := Task(**fields)))
    except GuichetError as error:
        print(error, file=sys.stderr)
        return 1
    Path(task.report).write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
