# Builds the files of a machine as an overlay of this one, and starts systemd on them; see machine.py.
set -euo pipefail

if [ "${1-}" = inside ]; then
    cd "$MACHINE/root"
    mount -t proc proc proc
    # the settings of the kernel are this machine's too
    mount --bind proc/sys proc/sys
    mount -o remount,bind,ro proc/sys
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    exec chroot . /usr/bin/env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        /lib/systemd/systemd --unit=steps.target --log-level=notice --log-target=console --show-status=no
fi

mount --make-rprivate /
mkdir "$MACHINE"/{layers,root,groups}
mount -t tmpfs layers "$MACHINE/layers"
mkdir "$MACHINE"/layers/{upper,work}
mount -t overlay -o "lowerdir=/,upperdir=$MACHINE/layers/upper,workdir=$MACHINE/layers/work" overlay "$MACHINE/root"

cd "$MACHINE/root"
mount -t tmpfs run run
mount -t tmpfs tmp tmp
mkdir -p shared && mount --bind "$MACHINE/shared" shared

# devices of its own; what systemd prints goes to a file
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom; do
    touch "dev/$device" && mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
touch dev/console && mount --bind "$MACHINE/shared/console" dev/console

# none of this machine's units start, but for the log
find etc/systemd/system -mindepth 1 -delete
for unit in lib/systemd/system/*.target.wants/*; do
    case "${unit##*/}" in
        systemd-journald*) ;;
        *) ln -sf /dev/null "etc/systemd/system/${unit##*/}" ;;
    esac
done
: > etc/fstab
printf '%032x\n' 1 > etc/machine-id
rm -rf var/log/journal
printf '127.0.0.1 localhost quant.example\n' > etc/hosts

# the program, where docs/install.md installs it; the home of a user who runs tests is hidden from services
mkdir -p opt/python opt/checkout opt/quant-engine/bin "opt/quant-engine/lib/$PYTHON_NAME/site-packages"
mount -o bind,ro "$PYTHON_HOME" opt/python
mount -o bind,ro "$CHECKOUT" opt/checkout
mount -o bind,ro "$SITE_PACKAGES" "opt/quant-engine/lib/$PYTHON_NAME/site-packages"
ln -s "/opt/python/bin/$PYTHON_NAME" opt/quant-engine/bin/python
printf 'home = /opt/python/bin\ninclude-system-site-packages = false\n' > opt/quant-engine/pyvenv.cfg
cat > opt/quant-engine/bin/quant-engine <<'END'
#!/bin/sh
export LD_LIBRARY_PATH=/opt/python/lib PYTHONPATH=/opt/checkout:/opt/checkout/contract_tests/wirelaw/src
exec /opt/quant-engine/bin/python -m quant_engine "$@"
END
chmod 755 opt/quant-engine/bin/quant-engine

cat > etc/systemd/system/steps.target <<'END'
[Unit]
Requires=steps.service
After=steps.service
END
cat > etc/systemd/system/steps.service <<'END'
[Service]
Type=oneshot
Environment=LD_LIBRARY_PATH=/opt/python/lib
ExecStart=/opt/quant-engine/bin/python -I /shared/steps.py
ExecStopPost=/usr/bin/env systemctl exit 0 --force --no-block
TimeoutStartSec=infinity
END

# a control group of its own, which is removed when all processes in it are gone
mount -t cgroup2 groups "$MACHINE/groups"
group="$MACHINE/groups/machine-$$"
mkdir "$group"
code=0
(
    echo "$BASHPID" > "$group/cgroup.procs"
    exec setpriv --pdeathsig KILL \
        unshare --pid --fork --kill-child --mount --uts --ipc --net --cgroup bash "$0" inside
) < /dev/null || code=$?
find "$group" -depth -type d -exec rmdir {} \;
exit "$code"
