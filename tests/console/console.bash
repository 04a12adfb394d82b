# shellcheck shell=bash
# What the console's tests share: the real program in tmux with a socket of its
# own, keys sent, the screen read. Nothing is proven by sleeping: wait_for polls
# for a marker, for a bounded time.
set -u
: "${BERTH:?is set by tests/run}"

test_name=$(basename "$0")
work=$(mktemp -d "${TMPDIR:-/tmp}/berth-$test_name-XXXXXX")
export BERTH_INVENTORY=$work/inventory.db XDG_STATE_HOME=$work/state
export TERM=xterm-256color LC_ALL=C.UTF-8
unset NO_COLOR BERTH_THEME COLORFGBG CEPH_CONF CEPH_ARGS
number=0 failures=0

tm() { tmux -S "$work/tmux" -f /dev/null "$@"; }
berth() { "$BERTH" --yes --quiet "$@" </dev/null; }

finish() {
	tm kill-server 2>/dev/null
	declare -F clean_up >/dev/null && clean_up
	rm -rf "$work"
}
trap finish EXIT

ok() { number=$((number + 1)); echo "ok $number - $*"; }
not_ok() {
	number=$((number + 1)); failures=$((failures + 1))
	echo "not ok $number - $*"
	screen 2>&1 | sed 's/^/# /'
}
check() { # WORDS COMMAND...: a test of its own
	local words=$1; shift
	if "$@"; then ok "$words"; else not_ok "$words"; fi
}

# open COLUMNS ROWS [VARIABLE=VALUE...]: the console, in a fresh terminal
open() {
	local columns=$1 rows=$2; shift 2
	tm kill-session -t t 2>/dev/null
	rm -f "$work/status"
	# A server whose last session was killed takes a moment to go.
	until_true 5 tm new-session -d -s t -x "$columns" -y "$rows" \
		"env $* '$BERTH' ${berth_options:-} 2>>'$work/stderr'; echo \$? >'$work/status'; read wait" 2>/dev/null
	tm set-option -t t status off >/dev/null
	wait_for 'berth │|berth \|' || echo "# no console appeared: $(cat "$work/stderr")"
}
keys() { tm send-keys -t t "$@"; }
type() { tm send-keys -t t -l "$1"; }
screen() { tm capture-pane -t t -p 2>&1; }
cursor_row() { tm display-message -t t -p '#{cursor_y}' 2>/dev/null; }
selected_line() { screen | sed -n "$(($(cursor_row) + 1))p"; }

until_true() { # SECONDS COMMAND...
	local end=$((SECONDS + $1)); shift
	until "$@"; do
		[ "$SECONDS" -le "$end" ] || return 1
		sleep 0.05
	done
}
shows() { screen | grep -Eq -- "$1"; }
shows_not() { ! shows "$1"; }
selects() { selected_line | grep -Eq -- "$1"; }
is_gone() { [ -s "$work/status" ]; }
wait_for() { until_true "${2:-15}" shows "$1"; }
wait_gone() { until_true "${2:-15}" shows_not "$1"; }
wait_selected() { until_true 10 selects "$1"; }
go_to_field() { # NAME: of a form
	for _ in $(seq 20); do
		selects "[▌▲] $1 " && return
		keys Tab
		sleep 0.05
	done
	return 1
}
wait_end() { until_true "${1:-30}" is_gone; }
ended_with() { [ "$(cat "$work/status")" = "$1" ]; }

# In the shared cluster, under names of the test's own: image, hosts, boot root.
forget() { # PREFIX
	tests/rig/forget "$BERTH_TEST_CONF" "$1"
	"$(dirname "$BERTH")/tests/rig/tree_remove" "$BERTH_TEST_CONF" "$BERTH_TEST_NAME" cephfs "/t-$1"
}
use_cluster() { # PREFIX
	forget "$1"
	berth -c "$BERTH_TEST_CONF" -n "$BERTH_TEST_NAME" init --pool rbd --fs cephfs \
		--url http://127.0.0.1:8080 --boot-root "/t-$1" || return
	mkdir -p "$work/root/etc" "$work/root/usr/bin"
	echo ID=test >"$work/root/etc/os-release"
	echo '#!/bin/sh' >"$work/root/usr/bin/sh"; chmod +x "$work/root/usr/bin/sh"
	TMPDIR=$work berth image import "$1-image" "$work/root" --size 80M
}

hold_root() { # HOST: a real client of its own, which says when it has the root
	tests/rig/holder "$BERTH_TEST_CONF" rbd "$1" >"$work/holder.log" 2>&1 </dev/null &
	holder=$!
	until_true 30 grep -q ^holds "$work/holder.log"
}
let_go() { kill "$holder" 2>/dev/null; wait "$holder" 2>/dev/null; holder=; }

no_complaints() {
	! grep -q -E '(ERROR|WARNING): (Address|Leak|Thread)Sanitizer|runtime error:' "$work/stderr" || { head -60 "$work/stderr" >&2; return 1; }
}
end_tests() {
	check 'the sanitizers have nothing to say' no_complaints
	echo "1..$number"
	[ "$failures" -eq 0 ]
}
