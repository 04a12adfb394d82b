# shellcheck shell=bash
# What the netboot test stands on: a network namespace with a one-node cluster,
# DHCP, TFTP and a web server in it; virtual machines without any disk; and berth
# as an admin has it, with its own key. All of it goes when the test ends.
set -u
: "${BERTH:?is set by tests/run}"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$root/build/rig"
work=$(mktemp -d "$root/build/rig/netboot-XXXXXX")
export BERTH_RIG=$work/rig BERTH_INVENTORY=$work/inventory.db TMPDIR=$work LC_ALL=C.UTF-8
unset CEPH_CONF CEPH_ARGS
net=berth-${work##*-} cluster=$work/cluster machines=()
number=0 failures=0

rig() { "$root/tests/rig/$1" "${@:2}"; }
vm() { rig vm "$@"; }
admin() { rig net exec "$net" "$root/tests/rig/cluster" admin "$cluster" "$@"; }
berth() { "$BERTH" --yes "$@" </dev/null; }

tear_down() {
	local machine
	[ -z "${later:-}" ] || kill "$later" 2>/dev/null
	tmux -S "$work/tmux" kill-server 2>/dev/null
	for machine in "${machines[@]}"; do vm kill "$machine"; done
	rig net down "$net"
	[ ! -e "$cluster/ceph.conf" ] || rig cluster stop "$cluster"
	[ -n "${BERTH_KEEP:-}" ] || rm -rf "$work"
}
trap tear_down EXIT
trap 'exit 130' INT TERM

bail_out() { echo "Bail out! $*"; tail -n 20 "$work/err" 2>/dev/null | sed 's/^/# /'; exit 1; }

set_up() {
	address=$(rig net up "$net") || bail_out 'no network'
	rig net exec "$net" "$root/tests/rig/cluster" start "$cluster" "$address" >"$work/out" 2>"$work/err" ||
		bail_out 'no cluster'
	berth -c "$cluster/ceph.conf" -n client.berth -k "$cluster/client.berth.keyring" \
		init --pool rbd --fs cephfs --url "http://$address" >"$work/out" 2>"$work/err" || bail_out 'no site'
	rig net serve "$net" "$cluster" /berth >"$work/out" 2>"$work/err" || bail_out 'no web server'
	# shellcheck disable=SC2034 # for the tests
	tree=$(rig net tree "$net") requests=$BERTH_RIG/net-$net/nginx/access.log
}

ok() { number=$((number + 1)); echo "ok $number - $*"; }
not_ok() { # WORDS [FILE...]: what was seen goes beside it
	number=$((number + 1)); failures=$((failures + 1))
	echo "not ok $number - $1"; shift
	[ $# -eq 0 ] || tail -n 30 "$@" 2>/dev/null | tr -d '\r' | sed 's/^/# /'
}
check() { # WORDS COMMAND...
	local words=$1; shift
	if "$@" >"$work/out" 2>"$work/err"; then ok "$words"; else not_ok "$words" "$work/out" "$work/err"; fi
}
refused() { # STATUS COMMAND...: it ends with exactly this status
	local wanted=$1 status; shift
	"$@"; status=$?
	[ "$status" -eq "$wanted" ] || { echo "status $status instead of $wanted" >&2; return 1; }
}
fails() { ! "$@"; }
until_true() { # SECONDS COMMAND...
	local end=$((SECONDS + $1)); shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

uuid_of() { echo "5ca1ab1e-0000-4000-8000-0000000000$1"; }
mac_of() { echo "52:54:00:be:00:$1"; }
power_on() { # MACHINE NUMBER [OPTION...]
	local machine=$1 id=$2; shift 2
	[[ " ${machines[*]} " == *" $machine "* ]] || machines+=("$machine")
	vm start "$machine" --net "$net" --mac "$(mac_of "$id")" --uuid "$(uuid_of "$id")" "$@"
}
console_of() { echo "$BERTH_RIG/vm-$1/console.out"; }
shows() { vm wait-for "$1" "$2" "$3"; }
# ^C at an iPXE script's "Next try in 30 seconds": try now
try_now() { vm press "$1" $'\x03'; }

# What a machine says of itself, once its start-up is over: into $inside.
look_inside() { # MACHINE
	inside=$work/inside-$1
	vm run "$1" "$(cat "$root/tests/netboot/inside.sh")" 150 >"$inside" 2>"$work/err" && [ -s "$inside" ]
}
says() { grep -Eq -- "$1" "$inside"; }
check_inside() { # WORDS REGEX
	if says "$2"; then ok "$1"; else not_ok "$1" "$inside"; fi
}
no_key_in() { # HOST FILE...
	local key; key=$(admin ceph auth get-key "client.berth.$1" 2>/dev/null)
	[ "${#key}" -ge 40 ] && ! grep -aqF "$key" "${@:2}"
}

# A console on the serial port and a shell on the second, without what no test needs.
kernel_args='console=ttyS0 systemd.debug_shell=ttyS1 systemd.log_level=notice systemd.mask=e2scrub_reap.service'
kernel_args+=' systemd.mask=dev-hugepages.mount systemd.mask=dev-mqueue.mount systemd.mask=sys-kernel-tracing.mount'

host_add() { # NAME NUMBER IMAGE
	berth host add "$1" --mac "$(mac_of "$2")" --uuid "$(uuid_of "$2")" --image "$3" --size 2G \
		--kernel-args "$kernel_args" --provision
}

newest_release() { berth image show "$1" --json | jq -r '.releases[0].release'; }

passphrase='correct horse'
# With the content of deb12, so that its kernel and initrd fit.
make_luks_image() { # RELEASE
	local release=$tree/images/deb12/$1 raw=$work/luks.raw
	admin rbd export --no-progress "rbd/images/deb12@$1" "$raw" &&
		truncate -s +32M "$raw" &&
		printf %s "$passphrase" | cryptsetup reencrypt --encrypt --type luks2 --reduce-device-size 32M \
			--pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file - --batch-mode "$raw" &&
		berth image import luks12 "$raw" --kernel "$release/vmlinuz" --initrd "$release/initrd.img"
}

state_of() { berth status "$1" --json | jq -r '.hosts[0].state'; }
field_of() { berth status "$1" --json | jq -r ".hosts[0].$2"; }
is_state() { [ "$(state_of "$1")" = "$2" ]; }
address_of() { awk -v mac="$(mac_of "$1")" '$2 == mac { print $3 }' "$BERTH_RIG/net-$net/leases"; }
is_free() { is_state "$1" down && [ "$(field_of "$1" lock)" = free ] && [ "$(field_of "$1" holder)" = null ]; }

# The real console, in a terminal of 120 columns.
console_shows() { # REGEX
	tmux -S "$work/tmux" -f /dev/null new-session -d -x 120 -y 24 "exec '$BERTH'"
	until_true 15 sh -c "tmux -S '$work/tmux' capture-pane -p | grep -E '$1'"
	local status=$?
	tmux -S "$work/tmux" kill-server
	return $status
}

finish() {
	echo "1..$number"
	[ "$failures" -eq 0 ]
}
