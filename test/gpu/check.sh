#!/usr/bin/env bash
# Everything that wants an NVIDIA GPU, from a bare clone on a machine with one, in less than 8 minutes.
#
#   test/gpu/check.sh               all parts
#   test/gpu/check.sh --cpu         the same on the processor: shows that the parts themselves run
#   test/gpu/check.sh step curves   these parts only (see `parts` below)
#
# Each part has a time limit of its own, and all together have one. What a part said is in $out/<part>.log.
# Exits with 1 if a part failed; the summary at the end says which.
# The parts are called by name (SC2317), and quoted text is for Node and for inner shells (SC2016).
# shellcheck disable=SC2317,SC2016
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

parts=(install build setup doctor kernels step processes resume curves)
declare -A limit_s=(
  [install]=100 [build]=90 [setup]=240 [doctor]=40 [kernels]=150
  [step]=90 [processes]=60 [resume]=90 [curves]=90
)
total_s=470
out=${OUT:-$(mktemp -d)}
expected=native-cuda

chosen=()
for word in "$@"; do
  case $word in
    --cpu)
      expected=native-cpu
      export CUDA_VISIBLE_DEVICES=-1
      ;;
    *) chosen+=("$word") ;;
  esac
done
[ ${#chosen[@]} -gt 0 ] || chosen=("${parts[@]}")
export NX_DAEMON=false expected out

limber() { node packages/cli/bin/limber.js "$@"; }

install() { npm ci; }

build() { npx nx run-many -t build; }

setup() { npx nx run engine:setup; }

# the engine computes on what it should, and nothing stands in the way
doctor() {
  limber doctor --json | tee "$out/doctor.json" || true
  node -e '
    const { engine, problems } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(engine.kind, engine.gpus, engine.driverVersion, engine.precisions);
    if (engine.kind !== process.env.expected) throw new Error(`expected ${process.env.expected}: ${JSON.stringify(problems)}`);
  ' "$out/doctor.json"
}

# kernels, gradients, optimizers and precisions against their definitions, on the device
kernels() { CI=true npx vitest run --project engine kernels optimizers precision image-batch; }

# a training step in both precisions, beside the same in PyTorch where that is installed
step() {
  local precision batch=32
  [ "$expected" = native-cuda ] || batch=4
  for precision in 32 bf16-mixed; do
    limber bench step --model simplebaseline-resnet18 --batch "$batch" --steps 20 --precision "$precision" |
      tee "$out/step-$precision.json" | grep -E '"(engine|precision|medianStepSeconds|imagesPerSecond)"' || return
  done
  if python3 -c 'import torch' 2>/dev/null; then
    python3 test/gpu/pytorch-step.py "$batch" | tee "$out/step-pytorch.json"
  else
    echo 'PyTorch is not installed: no comparison.'
  fi
}

# two trainings at once share the device, for neither takes all of its memory
processes() {
  local first second
  limber bench step --model simplebaseline-resnet18 --batch 4 --steps 5 --precision 32 >"$out/first.json" &
  first=$!
  limber bench step --model simplebaseline-resnet18 --batch 4 --steps 5 --precision 32 >"$out/second.json" &
  second=$!
  wait "$first" && wait "$second" && grep -h '"engine"' "$out/first.json" "$out/second.json"
}

# a training that is killed and resumed ends in the same bytes
resume() { LIMBER_KILLS=2 LIMBER_TERMINATIONS=1 CI=true npx vitest run --project workspace kill.test; }

# bf16-mixed learns as float32 does
curves() {
  node test/gpu/precision-curve.mjs 32 >"$out/curve-32.json" &&
    node test/gpu/precision-curve.mjs bf16-mixed >"$out/curve-bf16.json" &&
    node test/gpu/compare-curves.mjs "$out/curve-32.json" "$out/curve-bf16.json"
}

export -f limber "${parts[@]}"

failed=0
summary=()
for part in "${chosen[@]}"; do
  left=$((total_s - SECONDS))
  allowed=${limit_s[$part]:-0}
  if [ "$allowed" -eq 0 ]; then
    echo "There is no part \"$part\"; there are: ${parts[*]}" >&2
    exit 2
  fi
  [ "$allowed" -le "$left" ] || allowed=$left
  printf '\n== %s (at most %s s)\n' "$part" "$allowed"
  start=$SECONDS
  if [ "$allowed" -le 0 ]; then
    code=124
  else
    timeout --kill-after=5 "$allowed" bash -c 'set -uo pipefail; "$0"' "$part" 2>&1 | tee "$out/$part.log"
    code=${PIPESTATUS[0]}
  fi
  case $code in
    0) verdict=ok ;;
    124 | 137) verdict="out of time" ;;
    *) verdict="failed ($code)" ;;
  esac
  [ "$code" -eq 0 ] || failed=1
  summary+=("$(printf '%-10s %-14s %4s s' "$part" "$verdict" "$((SECONDS - start))")")
done

printf '\n== summary (%s, %s s; logs in %s)\n' "$expected" "$SECONDS" "$out"
printf '%s\n' "${summary[@]}"
exit "$failed"
