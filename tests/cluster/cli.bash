# What the tests of the command line share. Each has its own inventory, its own
# boot root and its own prefix for names in the cluster: cli_begin PREFIX.
# shellcheck shell=bash disable=SC2034

: "${BERTH:?}" "${BERTH_TEST_CLUSTER:?}" "${BERTH_TEST_CONF:?}" "${BERTH_TEST_NAME:?}"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rig=$(dirname "$BERTH")/tests/rig
number=0

admin() { "$root/tests/rig/cluster" admin "$BERTH_TEST_CLUSTER" "$@"; }

result() { # STATUS WORDS...: one TAP line; what went wrong is in $work
	local status=$1; shift
	number=$((number + 1))
	if [ "$status" -eq 0 ]; then echo "ok $number - $*"; return 0; fi
	echo "not ok $number - $*"
	sed 's/^/# /' "$work/why" "$work/err" 2>/dev/null | head -20
	failed=1
}

cli_begin() { # PREFIX
	prefix=$1 failed=0
	work=$(mktemp -d); inventory=$work/inventory.db boot_root=/t-$prefix
	: >"$work/why"; : >"$work/err"
	trap cli_end EXIT
	trap 'exit 130' INT TERM
	cli_clean
}

cli_end() {
	[ -z "${holder:-}" ] || kill "$holder" 2>/dev/null
	cli_clean
	rm -rf "$work"
	echo "1..$number"
	[ "$failed" -eq 0 ] || exit 1
}

# Roots first: an image goes when no clone needs its releases any more.
cli_clean() {
	local ns image snap id
	for ns in $(admin rbd namespace ls rbd --format json | jq -r '.[].name'); do
		[[ $ns == "$prefix"* ]] || continue
		clean_namespace "$ns"
		admin rbd namespace rm "rbd/$ns" >/dev/null 2>&1
		admin ceph auth rm "client.berth.$ns" >/dev/null 2>&1
	done
	for image in $(admin rbd ls rbd/images 2>/dev/null); do
		[[ $image == "$prefix"* ]] && clean_image "images/$image"
	done
	admin rbd trash ls rbd/images 2>/dev/null | while read -r id image; do
		[[ $image == "$prefix"* ]] || continue
		admin rbd trash restore "rbd/images/$id" >/dev/null 2>&1
		clean_image "images/$image"
	done
	"$rig/tree_remove" "$BERTH_TEST_CONF" "$BERTH_TEST_NAME" cephfs "$boot_root"
}

clean_image() { # NAMESPACE/IMAGE
	local snap
	for snap in $(admin rbd snap ls "rbd/$1" --format json 2>/dev/null | jq -r '.[].name'); do
		admin rbd snap unprotect "rbd/$1@$snap" >/dev/null 2>&1
		admin rbd snap rm "rbd/$1@$snap" >/dev/null 2>&1
	done
	admin rbd rm --no-progress "rbd/$1" >/dev/null 2>&1
}

# Former roots in the trash may be parents of others there: each is made whole first.
clean_namespace() { # NAMESPACE
	local image id name
	for id in $(admin rbd trash ls "rbd/$1" --format json 2>/dev/null | jq -r '.[].id'); do
		admin rbd trash restore "rbd/$1/$id" --image "t-$id" >/dev/null 2>&1
	done
	for image in $(admin rbd ls "rbd/$1" 2>/dev/null); do
		[ -z "$(admin rbd info "rbd/$1/$image" --format json 2>/dev/null | jq -r '.parent.pool_namespace // empty | select(. != "images")')" ] ||
			admin rbd flatten --no-progress "rbd/$1/$image" >/dev/null 2>&1
	done
	for image in $(admin rbd ls "rbd/$1" 2>/dev/null); do clean_image "$1/$image"; done
}

# berth with this test's inventory; output in $work/out and $work/err, $status.
b() {
	timeout 120 "$BERTH" -i "$inventory" "$@" >"$work/out" 2>"$work/err" </dev/null; status=$?
}

# For the steps that lead to a test: without them it means nothing.
must() {
	b "$@"
	[ "$status" -eq 0 ] && return
	echo "Bail out! berth $* ended with $status: $(cat "$work/err")"
	failed=1; exit 1
}

site() { must -c "$BERTH_TEST_CONF" -n "$BERTH_TEST_NAME" init --pool rbd --fs cephfs --url http://127.0.0.1:8080 --boot-root "$boot_root"; }

# A file with an ext4 file system that has /etc and /boot with kernel and initrd.
make_raw() { # FILE SIZE
	make_tree "$work/tree"
	mkfs.ext4 -q -F -d "$work/tree" "$1" "$2" >/dev/null
}

make_tree() { # DIR
	mkdir -p "$1/etc" "$1/usr/bin" "$1/boot"
	echo "kernel" >"$1/boot/vmlinuz-6.1.0-9-amd64"
	echo "initrd" >"$1/boot/initrd.img-6.1.0-9-amd64"
}

# The inventory, but for what only grows: the audit, who was seen when, and which berths were connected.
dump_inventory() {
	[ ! -f "$inventory" ] || sqlite3 -readonly "$inventory" .dump | grep -vE "^INSERT INTO (audit|watcher|sqlite_sequence|site VALUES\\('names_seen')"
}
dump_cluster() { "$rig/site_list" "$BERTH_TEST_CONF" "$BERTH_TEST_NAME" "$prefix" "$boot_root"; }

remember() { dump_inventory >"$work/inventory.before"; dump_cluster >"$work/cluster.before"; }
same_inventory() { dump_inventory | diff "$work/inventory.before" - >"$work/why" 2>&1; }
same_cluster() { dump_cluster | diff "$work/cluster.before" - >"$work/why" 2>&1; }

# WORDS: both are as remembered.
untouched() { same_inventory && same_cluster; result $? "$*: nothing was changed"; }

# STATUS WORDS... -- ARGUMENTS...: ends so, says each of the words in one line
# on stderr, and does not change the inventory (since remember).
refuses() {
	local expected=$1 words=() word fine=0; shift
	while [ "$1" != -- ]; do words+=("$1"); shift; done; shift
	b "$@"
	same_inventory || fine=1
	[ "$status" -eq "$expected" ] || { fine=1; echo "status $status, expected $expected" >>"$work/why"; }
	[ "$(grep -c . "$work/err")" -eq 1 ] || { fine=1; echo "not one line on stderr" >>"$work/why"; }
	for word in "${words[@]}"; do
		grep -qF -e "$word" "$work/err" || { fine=1; echo "does not say: $word" >>"$work/why"; }
	done
	result "$fine" "refused ($expected): $(printf '%q ' "$@" | cut -c1-100)"
}

# WORDS... -- ARGUMENTS...: ends with 0 and prints the words.
does() {
	local words=() word fine=0; : >"$work/why"
	while [ "$1" != -- ]; do words+=("$1"); shift; done; shift
	b "$@"
	[ "$status" -eq 0 ] || { fine=1; echo "status $status" >>"$work/why"; }
	for word in "${words[@]}"; do
		grep -qF -e "$word" "$work/out" "$work/err" || { fine=1; echo "does not say: $word" >>"$work/why"; }
	done
	result "$fine" "done: $(printf '%q ' "$@" | cut -c1-100)"
}

# SECTION ARGUMENTS...: the document has the fields of docs/json.md.
documented() {
	local section=$1; shift
	b --json "$@"
	"$rig/json_matches" "$root/docs/json.md" "$section" <"$work/out" >"$work/why" 2>&1
	result $? "docs/json.md, $section: $*"
}

# Polls for a command to succeed; bounded.
wait_for() { # SECONDS COMMAND...
	local end=$((SECONDS + $1)); shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# The machine of host $h: a real client with that host's key. Killed, it leaves its lock behind.
machine_on() { # [cooperative]
	: >"$work/holder"
	"$root/tests/rig/holder" "$BERTH_TEST_CLUSTER/ceph.conf" rbd "$h${1:+:$1}" >"$work/holder" 2>&1 &
	holder=$!
	wait_for 30 grep -q '^holds' "$work/holder"
}
machine_off() { kill "$holder"; wait "$holder" 2>/dev/null; holder=; wait_for 40 nobody; }
machine_dies() { kill -9 "$holder"; wait "$holder" 2>/dev/null; holder=; }
nobody() { b --json status "$h"; jq -e '.hosts[0].holder == null' "$work/out" >/dev/null; }
is_stale() { b --json status "$h"; jq -e '.hosts[0].state == "stale"' "$work/out" >/dev/null; }
has_point() { b --json snap list "$h"; jq -e --arg n "$1" 'any(.[]; .name == $n)' "$work/out" >/dev/null; }
# The cluster is shared with other tests: what is theirs is not looked at.
healthy() {
	b --json doctor
	jq -c --arg p "$p" '.[] | select(.level != "note" and (.target | contains($p)))' "$work/out" >"$work/why"
	[ ! -s "$work/why" ]; result $? "the doctor finds nothing"
}
newest_safety() { b --json snap list "$h"; jq -r '[.[] | select(.safety)][0].name' "$work/out"; }
