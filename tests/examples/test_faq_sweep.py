import re
from pathlib import Path

from trimtab.spec.lint import lint
from trimtab.spec.load import load_sweep

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "faq-matching"


def test_the_sweep_file_is_accepted_without_a_remark(tmp_path: Path) -> None:
    # The data that the file names is there after prepare.py only.
    sets = [f"inputs.data.path={tmp_path}"]
    assert list(lint(load_sweep(EXAMPLE / "sweep.yml", sets))) == []


def test_every_option_of_the_command_is_one_of_the_script() -> None:
    command = (EXAMPLE / "sweep.yml").read_text(encoding="utf-8").split("command:")[1]
    asked = set(re.findall(r"--(\w+) \$\{\{", command))
    offered = set(re.findall(r'"--(\w+)"', (EXAMPLE / "train.py").read_text(encoding="utf-8")))
    assert {"data", "n_estimators", "learning_rate", "num_leaves"} <= asked <= offered


def test_the_scripts_run_without_trimtab() -> None:
    for path in [*EXAMPLE.glob("*.py"), *EXAMPLE.glob("faq/*.py")]:
        assert not re.search(r"^\s*(import|from) trimtab", path.read_text(encoding="utf-8"), re.M)
