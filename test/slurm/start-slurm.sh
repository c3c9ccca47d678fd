#!/bin/sh
# start-slurm.sh DIR [NODE...]: starts a Slurm of pretend nodes, n1 and n2 unless others are named, on this machine, with
# a key and ports of its own, as whoever calls it. Everything lies in DIR. Then: export SLURM_CONF=DIR/slurm.conf
# Debian: apt-get install --no-install-recommends slurm-wlm munge slurm-wlm-basic-plugins
set -eu
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- n1 n2
chmod 755 "$dir"
mkdir -p "$dir/state"
for node; do mkdir -p "$dir/spool.$node"; done
user=$(id -un)
# Below the ports that the kernel gives to whoever connects, three for each try.
port=$((10000 + ($$ + ${SLURM_TEST_TRY:-0} * 1777) % 7500 * 3))
cat > "$dir/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$port
MailProg=/bin/true
AuthType=auth/munge
# A requeued job starts one second after its credential has expired.
AuthInfo=socket=$dir/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool.%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdTimeout=10
KillWait=5
JobRequeue=1
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP
END
for node; do
  port=$((port + 1))
  echo "NodeName=$node NodeAddr=127.0.0.1 Port=$port CPUs=${SLURM_TEST_CPUS:-$(nproc)} RealMemory=1000"
done >> "$dir/slurm.conf"
(umask 077; dd if=/dev/urandom of="$dir/munge.key" bs=1 count=128 2>/dev/null)
export SLURM_CONF="$dir/slurm.conf"
munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
  --log-file="$dir/munged.log" --seed-file="$dir/munge.seed" --num-threads=2
start() {
  started=$1
  shift
  "$@" > "$dir/$started.out" 2>&1 &
  echo $! > "$dir/$started.started"
}
start slurmctld slurmctld -D
for node; do start "$node" slurmd -D -N "$node"; done
end=$(($(date +%s) + 40))
while [ "$(date +%s)" -lt $end ]; do
  [ "$(timeout 10 sinfo -h -N -o %T 2>/dev/null | grep -c '^idle$')" = $# ] && exit 0
  # One that ended at once, such as where another program has its port, is not waited for.
  for daemon in slurmctld "$@"; do
    grep -q '^State:[^Z]*$' "/proc/$(cat "$dir/$daemon.started")/status" 2>/dev/null || break 2
  done
  sleep 0.1
done
timeout 10 sinfo -N >&2 || true
for file in "$dir"/*.log "$dir"/*.out; do
  echo "== $file" >&2
  tail -n 20 "$file" >&2
done
"$(dirname "$0")/stop-slurm.sh" "$dir"
if [ "${SLURM_TEST_TRY:-0}" -lt 2 ]; then
  echo 'Slurm did not come up: once more on other ports' >&2
  rm -rf "${dir:?}"/*
  SLURM_TEST_TRY=$((${SLURM_TEST_TRY:-0} + 1)) exec "$0" "$dir" "$@"
fi
echo 'Slurm did not come up three times' >&2
exit 1
