"""Make the prepared folder that train.py and evaluate.py read.

python prepare.py --source generate --out data/demo
python prepare.py --source raw --path ../stackfaq --min_text 0 --min_dupes 3 --split one
python prepare.py --source dump --path stackoverflow/ --tag javascript
"""

import argparse
from pathlib import Path
from typing import Any

from faq.dump import read_dump
from faq.fault import BadInputError, run
from faq.folder import write_prepared
from faq.generate import generate
from faq.records import Faq
from faq.split import ONE_EACH, TENTH, select, split
from faq.tsv import read_raw


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Prepare FAQ data: clean, filter, split.")
    parser.add_argument("--source", choices=("generate", "raw", "dump"), required=True)
    parser.add_argument("--path", type=Path, help="folder of the raw files or of the dump")
    parser.add_argument("--tag", help="dump: keep only questions with this tag")
    parser.add_argument("--out", type=Path, default=Path("data/prepared"))
    parser.add_argument("--seed", type=int, default=1, help="of the split and of the generator")
    parser.add_argument("--min_text", type=int, default=150, help="shortest text, in characters")
    parser.add_argument("--min_dupes", type=int, default=12, help="fewest duplicates, at least 3")
    parser.add_argument("--split", choices=(ONE_EACH, TENTH), default=TENTH)
    parser.add_argument("--questions", type=int, default=60, help="generate: originals")
    arguments = parser.parse_args()
    if arguments.source != "generate" and arguments.path is None:
        parser.error(f"--source {arguments.source} needs --path")
    if arguments.seed < 0:
        parser.error("--seed must be 0 or more")
    return arguments


def load(arguments: argparse.Namespace) -> Faq:
    if arguments.source == "generate":
        return generate(seed=arguments.seed, questions=arguments.questions)
    if not arguments.path.is_dir():
        raise BadInputError(f"--path {arguments.path} is not a folder")
    if arguments.source == "raw":
        return read_raw(arguments.path)
    return read_dump(arguments.path, tag=arguments.tag)


def main() -> None:
    arguments = parse_arguments()
    faq = load(arguments)
    kept = select(faq, min_text=arguments.min_text, min_dupes=arguments.min_dupes)
    parts = split(kept, how=arguments.split, seed=arguments.seed)
    about: dict[str, Any] = {
        "source": arguments.source,
        "seed": arguments.seed,
        "tag": arguments.tag,
        "min_text": arguments.min_text,
        "min_dupes": arguments.min_dupes,
        "split": arguments.split,
        "found": {"originals": len(faq.originals), "duplicates": len(faq.duplicates)},
    }
    try:
        manifest = write_prepared(arguments.out, parts, about)
    except OSError as error:
        raise BadInputError(f"--out {arguments.out} cannot be written: {error.strerror}") from None
    counts = ", ".join(f"{count} {name}" for name, count in manifest["counts"].items())
    print(f"{arguments.out}: {counts}")


if __name__ == "__main__":
    run(main)
