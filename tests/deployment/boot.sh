#!/bin/bash
# Becomes the first process of a machine that exists as long as it: the programs of this computer under a layer of its
# own (in memory), its own network, users, processes and systemd. FOLDER is where the layer is mounted.
set -euo pipefail
folder=$1
mount --make-rprivate /
mount -t tmpfs layer "$folder"
mkdir "$folder"/{changes,work,root}
mount -t overlay machine -o "lowerdir=/,upperdir=$folder/changes,workdir=$folder/work" "$folder/root"
cd "$folder/root"

# Nothing of this computer can be reached but its programs.
mount -t proc proc proc
mount --bind proc/sys proc/sys && mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run && mkdir -p run/lock
mount -t tmpfs tmpfs tmp && chmod 1777 tmp
mount -t tmpfs tmpfs dev && mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod --mode=666 "dev/${device%:*}" c 1 "${device#*:}"
done
mknod --mode=666 dev/tty c 5 0

# What this computer has of a portal, and what is for hardware.
for cluster in etc/postgresql/*/*; do
    [[ -e $cluster ]] && rm -rf "$cluster" "var/lib/postgresql/${cluster#etc/postgresql/}"
done
rm -rf srv/portal etc/nginx/sites-enabled/portal etc/nginx/sites-available/portal var/log/portal-deploy.log*
for unit in systemd-udevd.service systemd-sysctl.service systemd-modules-load.service systemd-binfmt.service \
    proc-sys-fs-binfmt_misc.automount systemd-remount-fs.service dev-hugepages.mount dev-mqueue.mount \
    sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount apt-daily.timer apt-daily-upgrade.timer; do
    ln -sf /dev/null "etc/systemd/system/$unit"
done
ip link set lo up
rm -rf etc/pip.conf etc/xdg/pip root/.config/pip root/.pip
mkdir wheels && mount --bind "$2" wheels
printf '[global]\nno-index = true\nfind-links = /wheels\n' >etc/pip.conf
mkdir .computer
pivot_root . .computer
cd /
umount --lazy /.computer
rmdir /.computer
exec env --ignore-environment container=portal PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --unit=basic.target
