#!/bin/sh
# The whole scenario, from raw texts to a registered model: what `make demo` runs.
#
#   sh examples/faq-matching/demo.sh OUT
#
# Everything it makes goes to OUT and to data/demo beside this file; TRIMTAB_HOME names the home.
set -eu

out=$1
here=$(dirname "$0")
step() { printf '\n== %s\n' "$1"; }

step "Data: generated questions, split into train, tune and test"
python "$here/prepare.py" --source generate --out "$here/data/demo"

step "Search: 16 trials, two at a time, poor ones stopped early"
trimtab run "$here/sweep.yml"

step "Refit: the best parameters with 4 times the trees"
trimtab refit --set inputs.n_estimators=1200

step "Test: questions that no trial has seen"
model=$(trimtab best --path model)
python "$here/evaluate.py" --model "$model" --test "$here/data/demo/test" --out "$out/evaluation.json"

step "Registry: the refitted model, with its parameters, metrics and data digests"
trimtab register --name faq-ranker

step "Summary"
trimtab list
echo
echo "Test results:  $out/evaluation.json"
echo "Everything:    TRIMTAB_HOME=$TRIMTAB_HOME trimtab show"
