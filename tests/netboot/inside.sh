# shellcheck shell=sh disable=SC2012
# Run in a machine's own shell: one "word: value" a line.
state=$(systemctl is-system-running --wait)
echo "state: $state"
[ "$state" = running ] || systemctl list-units --failed --plain --no-legend | sed 's/^/failed: /'
until systemctl is-active -q berth-boot; do sleep 0.2; done
until networkctl list --no-legend --no-pager | grep -q ' routable *configured'; do sleep 0.2; done
echo "port: $(ip -4 -o addr show scope global | awk '{ print $4 }' | tr '\n' ' ')"
cat /run/net-*.conf | sed 's/^/lease: /'
echo "host: $(hostname) $(cat /etc/hostname)"
echo "machine: $(cat /etc/machine-id)"
echo "root: $(findmnt -no SOURCE,FSTYPE /)"
echo "root-size: $(df -B1M --output=size / | tail -n 1)"
for rbd in /sys/bus/rbd/devices/*; do
	echo "rbd: $(cat "$rbd/pool") $(cat "$rbd/pool_ns") $(cat "$rbd/name")"
	for file in "$rbd"/*; do [ ! -f "$file" ] || sed "s/^/sysfs ${file##*/}: /" "$file" 2>/dev/null; done
done
echo "boot: $(findmnt -no SOURCE,FSTYPE,OPTIONS /boot)"
echo "written by $(hostname)" >/boot/written && sync -f /boot && echo "boot-writable: yes"
echo "boot-kernel: $(ls /boot | tr '\n' ' ')"
sed 's/^/cmdline: /' /proc/cmdline
grep ceph /proc/keys | sed 's/^/keyring: /'
[ ! -e /root/first-root ] || echo 'first-root: here'
[ ! -d /sys/firmware/efi ] || echo 'firmware: UEFI'
ls /dev/mapper | sed 's/^/mapper: /'
echo "greeting: $(cat /etc/greeting), $(cat /etc/hooked)"
echo "anna: $(id -nG anna) $(getent shadow anna | cut -d: -f2) $(cat ~anna/.ssh/authorized_keys)"
echo "locale: $(sed -n s/LANG=//p /etc/default/locale) $(readlink /etc/localtime)"
