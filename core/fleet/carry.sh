#!/bin/sh
# carry DIR NAME - KEEP: copies what KEEP names from a host's old root to its new one.
#
# It runs where room.sh does, and tells berth in its words, and "missing PATH" for
# each that the old root does not have. DIR/image and DIR/old-image are the file
# systems. A path is afterwards what it was in the old root, with owners, modes,
# times, ACLs, extended attributes, holes, and the hard links within it.
#
# Other machines wrote both. Nothing of theirs is run, and no link is followed.
set -u
dir=$1 name=$2 keep=$4
old=$dir/old new=$dir/root
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 022

fail() { printf 'error %s' "$*" >&3; exit 1; }
try() { said=$("$@" 2>&1 3>&-) || fail "${said:-$1 was ended}"; }

mount_root() { # FILE PLACE WHICH
	type=$(blkid -p -o value -s TYPE "$1" 3>&-)
	case $type in
		ext[234]) options=errors=remount-ro;;
		xfs) options=nouuid;; # two clones of one image
		*) fail "the $3 root of $name holds ${type:-no file system}, and what is kept can be copied between ext4 and xfs alone";;
	esac
	mkdir -p "$2"
	try mount -t "$type" -o "loop,noatime,nodev,nosuid,noexec,$options" "$1" "$2"
}

# What a larger root has to give is there at its first boot; it is needed before.
grow_ext4() {
	has=$(dumpe2fs -h "$dir/image" 2>/dev/null 3>&- | awk '/^Block count/ {b = $3} /^Block size/ {s = $3} END {printf "%.0f", b * s}')
	[ "${has:-0}" -gt 0 ] && [ $(($(stat -c %s "$dir/image") - has)) -ge 1048576 ] || return 0
	said=$(e2fsck -f -p "$dir/image" 2>&1 3>&-)
	[ $? -le 1 ] || fail "e2fsck -f -p: $said" # 1: it has mended something
	said=$(resize2fs "$dir/image" 2>&1 3>&-) || fail "resize2fs: $(echo "$said" | tail -n 1)"
}

is_plain() { # ROOT DIRECTORY: it is where its name says
	[ -d "$1$2" ] && [ "$(realpath -e -- "$1$2")" = "$1$2" ]
}

make_parents() { # DIRECTORY
	[ -z "$1" ] || [ -e "$new$1" ] || [ -L "$new$1" ] || {
		make_parents "${1%/*}"
		try mkdir -- "$new$1"
		try chown --reference="$old$1" -- "$new$1"
		try chmod --reference="$old$1" -- "$new$1"
	}
}

copy() { # PATH
	to=${1%/*}
	is_plain "$old" "$to" || fail "$to in the old root of $name is a link: name the path that it leads to"
	make_parents "$to"
	is_plain "$new" "$to" || fail "$to in the new root of $name is no directory, or a link: name the path that it leads to"
	try rm -rf -- "$new$1"
	said=$(cp -dR --preserve=mode,ownership,timestamps,links,xattr --sparse=auto -- "$old$1" "$new$to/" 2>&1 3>&-) && return
	case $said in *'No space left'*) fail "the new root of $name has no room for $1: give it more with \`berth host set $name --size\`";; esac
	fail "${said:-cp was ended}"
}

has() { [ -e "$old$1" ] || [ -L "$old$1" ]; }

# One that never started has none; it then gets its own, as each clone does.
copy_identity() {
	has /etc/berth/host || { printf 'missing identity\n' >&3; return; }
	rm -f -- "$new"/etc/ssh/ssh_host_*_key "$new"/etc/ssh/ssh_host_*_key.pub "$new/var/lib/dbus/machine-id"
	for path in /etc/machine-id /var/lib/dbus/machine-id /var/lib/systemd/random-seed /var/lib/systemd/credential.secret \
		"$old"/etc/ssh/ssh_host_*_key "$old"/etc/ssh/ssh_host_*_key.pub /etc/berth/host; do # the last one says: all is there
		path=${path#"$old"}
		! has "$path" || copy "$path"
	done
}

mount_root "$dir/old-image" "$old" old
case $(blkid -p -o value -s TYPE "$dir/image" 3>&-) in ext[234]) grow_ext4;; esac
mount_root "$dir/image" "$new" new
[ "$type" != xfs ] || xfs_growfs "$new" >/dev/null 2>&1 3>&-
mount -o remount,ro "$old" 2>/dev/null # its journal is replayed
IFS=,
set -f
for path in $keep; do
	set +f
	if [ "$path" = identity ]; then copy_identity
	elif ! has "$path"; then printf 'missing %s\n' "$path" >&3
	else copy "$path"
	fi
done
try umount "$new"
umount "$old"
umount "$dir/image" "$dir/old-image" 2>/dev/null
printf 'begun\nstatus 0\n' >&3
