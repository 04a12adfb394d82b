#!/bin/sh
# What berth adds to the packages of an image that it builds. mmdebstrap calls it
# with the root as its argument, by two names that lie in berth's work directory:
# `essential` before the kernel's package makes its initrd, `customize` at the end.
# Beside it lies what is wanted: kit/, overlay/, hook, users, locale ...
set -eu
umask 022
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
here=${0%/*} root=$1

# What made the build fail, for berth to tell.
fail() {
	printf '%s\n' "$1" >"$here/failed"
	exit 1
}

essential() {
	cp -a "$here/kit/." "$root/"
	if [ -e "$here/keyboard" ]; then
		mkdir -p "$root/etc/default"
		cp "$here/keyboard" "$root/etc/default/keyboard"
	fi
}

# As root's files; directories and links to them that are there stay as they are.
copy_overlay() {
	{ tar -C "$here/overlay" --owner=0 --group=0 -cf - . || : >"$here/overlay-failed"; } |
		tar -C "$root" --no-overwrite-dir --keep-directory-symlink -xpf - || fail "the overlay can not be copied"
	[ ! -e "$here/overlay-failed" ] || fail "the overlay can not be read"
}

set_locale() {
	locale=$(cat "$here/locale")
	case $locale in C.*) ;; *)
		printf '%s UTF-8\n' "$locale" >>"$root/etc/locale.gen"
		chroot "$root" locale-gen || fail "locale $locale can not be made: is it one of /usr/share/i18n/SUPPORTED?"
	esac
	printf 'LANG=%s\n' "$locale" >"$root/etc/default/locale"
}

set_timezone() {
	timezone=$(cat "$here/timezone")
	[ -f "$root/usr/share/zoneinfo/$timezone" ] || fail "there is no time zone $timezone: /usr/share/zoneinfo has them"
	ln -snf "/usr/share/zoneinfo/$timezone" "$root/etc/localtime"
	printf '%s\n' "$timezone" >"$root/etc/timezone"
}

add_user() { # NAME GROUPS
	grep -q "^$1:" "$root/etc/passwd" || chroot "$root" useradd --create-home --shell /bin/bash -- "$1" ||
		fail "user $1 can not be added"
	[ -z "$2" ] || chroot "$root" usermod --append --groups "$2" -- "$1" ||
		fail "user $1 can not be put into the groups $2: does a package make them?"
	[ ! -e "$here/keys-$1" ] || chroot "$root" sh -c '
		set -e; umask 077
		home=$(grep "^$1:" /etc/passwd | cut -d: -f6)
		mkdir -p "$home/.ssh"
		cat >>"$home/.ssh/authorized_keys"
		chown -R "$1:" "$home/.ssh"' sh "$1" <"$here/keys-$1" || fail "the keys of user $1 can not be written"
}

add_users() {
	while IFS=: read -r name groups; do add_user "$name" "$groups"; done <"$here/users"
	[ ! -e "$here/passwords" ] || chroot "$root" chpasswd --encrypted <"$here/passwords" || fail "the passwords can not be set"
}

# Its output goes to the log as it comes, and its last line into what berth tells.
run_hook() {
	cp "$here/hook" "$root/berth-hook"
	chmod 700 "$root/berth-hook"
	status=0
	{ chroot "$root" /berth-hook 2>&1 || echo $? >"$here/hook-status"; } | tee "$here/hook-log"
	[ ! -e "$here/hook-status" ] || status=$(cat "$here/hook-status")
	rm -f "$root/berth-hook"
	[ "$status" = 0 ] || fail "the hook ended with status $status: $(grep . "$here/hook-log" | tail -n 1)"
}

customize() {
	[ ! -e "$here/overlay" ] || copy_overlay
	[ ! -e "$here/locale" ] || set_locale
	[ ! -e "$here/timezone" ] || set_timezone
	[ ! -e "$here/users" ] || add_users
	[ ! -e "$here/hook" ] || run_hook
	: >"$root/etc/machine-id"
	echo berth >"$root/etc/hostname"
}

"${0##*/}"
