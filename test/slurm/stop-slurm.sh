#!/bin/sh
# stop-slurm.sh DIR: ends the jobs, and then the daemons that start-slurm.sh started in DIR.
dir=$(cd "$1" && pwd)
export SLURM_CONF="$dir/slurm.conf"
jobs=$(timeout 10 squeue -h -o %A)
[ -n "$jobs" ] && scancel --full --signal=KILL $jobs && scancel $jobs
for _ in $(seq 50); do
  [ -z "$(timeout 10 squeue -h)" ] && break
  sleep 0.1
done
# munged last: the others speak through it
for file in "$dir"/*.started "$dir/munged.pid"; do
  pid=$(cat "$file" 2>/dev/null) || continue
  kill "$pid" 2>/dev/null
  # What has ended may stay as a zombie where nobody collects it.
  alive() { grep -q '^State:[^Z]*$' "/proc/$pid/status" 2>/dev/null; }
  for _ in $(seq 100); do
    alive || break
    sleep 0.1
  done
  alive && kill -9 "$pid"
done
exit 0
