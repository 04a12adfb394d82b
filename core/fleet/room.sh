#!/bin/sh
# room DIR NAME HAS_BOOT COMMAND SHRINK: a root made fit to work in, and what is run
# there; or, given SHRINK, its ext4 made so many KiB large.
#
# It is process 1 of mount and pid namespaces of its own. So nothing that is
# mounted here is seen by others, and all of it goes when this ends, also by
# SIGKILL: the kernel undoes it. DIR/image is the root's file system as a file,
# DIR/root where it is mounted, DIR/boot what is bound on its /boot. Of one that has
# its /boot itself the kernels are copied to DIR/kept/boot at the end, and dpkg's status.
#
# Descriptor 3 tells berth: "error WORDS", or "begun" and "status N".
#
# What is in the root was written by another machine. Whoever writes to it from
# out here looks first whether a link would lead out of it.
set -u
dir=$1 name=$2 has_boot=$3 command=$4 shrink=$5
root=$dir/root
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 022
trap : INT QUIT TERM HUP # they are for what runs in here; this has still to clear up after it

fail() { printf 'error %s' "$*" >&3; exit 1; }
try() { said=$("$@" 2>&1 3>&-) || fail "${said:-$1 failed}"; }

inside() { # DIRECTORY: it is in the root, and is where its name says
	[ -d "$root$1" ] || fail "$name has no $1: this is no root file system that a machine could boot"
	case $(realpath -e -- "$root$1") in
		"$root"/*) ;;
		*) fail "$1 of $name is a link that leads out of it";;
	esac
}

mount_root() {
	type=$(blkid -p -o value -s TYPE "$dir/image" 3>&-)
	case $type in
		ext[234]) options=nodev,errors=remount-ro;; # not 'panic', whatever its superblock asks for
		'') fail "what $name holds is no file system that this machine knows";;
		*) options=nodev;;
	esac
	try mount -t "$type" -o "loop,$options" "$dir/image" "$root"
	for at in /proc /sys /dev /etc; do inside $at; done
}

# Of the machine's devices none that holds data.
make_dev() {
	try mount -t tmpfs -o mode=755,nosuid,noexec,size=1m tmpfs "$root/dev"
	mkdir "$root/dev/pts" "$root/dev/shm"
	for node in null zero full random urandom tty; do
		: >"$root/dev/$node"
		try mount --bind "/dev/$node" "$root/dev/$node"
	done
	try mount --bind /dev/pts "$root/dev/pts"
	ln -s pts/ptmx "$root/dev/ptmx"
	ln -s /proc/self/fd "$root/dev/fd"
	for number in 0 1 2; do
		ln -s "fd/$number" "$root/dev/$(echo stdin stdout stderr | cut -d' ' -f$((number + 1)))"
	done
}

make_places() {
	try mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
	try mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
	make_dev
	[ -d "$root/run" ] || return 0
	inside /run
	try mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
	: >"$root/run/berth-shell"
}

# As on the machine itself, an empty /boot is filled once from what the root has there.
bind_boot() {
	[ "$has_boot" = yes ] || return 0
	inside /boot
	[ -n "$(ls -A "$dir/boot")" ] || try cp -a "$root/boot/." "$dir/boot/"
	try mount --bind "$dir/boot" "$root/boot"
}

# A file of ours in place of one in the root; one that is not there is made and taken away again.
put() { # FILE, a path in the root
	at=$root$1
	if [ -L "$at" ]; then
		at=$(realpath -m -- "$at")
		case $at in "$root"/run/*) mkdir -p "${at%/*}" && cp "$dir/${1##*/}" "$at";; esac
		return 0
	fi
	[ -e "$at" ] || { : >"$at" && made="${made:-} $at"; } || fail "$1 of $name can not be written"
	try mount --bind "$dir/${1##*/}" "$at"
}

put_files() {
	# Should it ever be left behind, it forbids nothing anywhere else.
	printf '#!/bin/sh\n[ ! -e /run/berth-shell ] || exit 101\n' >"$dir/policy-rc.d"
	chmod 755 "$dir/policy-rc.d"
	[ ! -d "$root/usr/sbin" ] || { inside /usr/sbin; put /usr/sbin/policy-rc.d; }
	cat /etc/resolv.conf >"$dir/resolv.conf" 2>/dev/null
	put /etc/resolv.conf
}

run() {
	[ -t 0 ] || set -- DEBIAN_FRONTEND=noninteractive
	[ -n "$command" ] || command='[ ! -x /bin/bash ] || exec /bin/bash -l; exec /bin/sh -l'
	env -i HOME=/root USER=root LOGNAME=root SHELL=/bin/sh TERM="${TERM:-dumb}" LANG=C.UTF-8 PATH="$PATH" \
		debian_chroot=berth "$@" chroot "$root" /bin/sh -c "cd; $command" 3>&-
}

keep_kernels() {
	[ "$has_boot" = no ] && [ -d "$root/boot" ] && [ ! -L "$root/boot" ] || return 0
	rm -rf "$dir/kept"
	mkdir -p "$dir/kept/boot" "$dir/next"
	for file in "$root"/boot/vmlinuz-* "$root"/boot/initrd.img-*; do
		[ ! -f "$file" ] || [ -L "$file" ] || try cp "$file" "$dir/kept/boot/"
	done
	keep_status
}

# What dpkg says is installed, for the list of the next release's packages.
keep_status() {
	at=/var/lib/dpkg
	[ -f "$root$at/status" ] && [ ! -L "$root$at/status" ] || return 0
	case $(realpath -e -- "$root$at") in "$root"/*) ;; *) return 0;; esac
	mkdir -p "$dir/kept$at"
	try cp "$root$at/status" "$dir/kept$at/"
}

# Whatever was left running there would keep the root mounted.
leave() {
	kill -KILL -1 2>/dev/null
	keep_kernels
	for file in ${made:-}; do umount "$file"; rm -f "$file"; done
	tries=0
	until umount -R "$root" 2>/dev/null || [ $tries -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
	umount "$dir/image" 2>/dev/null
}

shrink_ext4() {
	said=$(e2fsck -f -p "$dir/image" 2>&1 3>&-)
	[ $? -le 1 ] || fail "e2fsck -f -p: $said" # 1: it has mended something
	said=$(resize2fs "$dir/image" "${shrink}K" 2>&1 3>&-) || fail "resize2fs: $(echo "$said" | tail -n 1)"
	umount "$dir/image"
	printf 'begun\nstatus 0\n' >&3
}

[ -z "$shrink" ] || { shrink_ext4; exit; }
mount_root
make_places
bind_boot
put_files
printf 'begun\n' >&3
run; status=$?
leave
printf 'status %s\n' $status >&3
