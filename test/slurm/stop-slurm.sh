#!/bin/sh
# stop-slurm.sh DIR: ends the jobs, and then the daemons that start-slurm.sh started in DIR.
dir=$(cd "$1" && pwd)
export SLURM_CONF="$dir/slurm.conf"
jobs=$(squeue -h -o %A)
[ -n "$jobs" ] && scancel --full --signal=KILL $jobs && scancel $jobs
for _ in $(seq 50); do
  [ -z "$(squeue -h)" ] && break
  sleep 0.1
done
for one in n1.started n2.started slurmctld.started munged.pid; do
  pid=$(cat "$dir/$one" 2>/dev/null) || continue
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
