workdir w-large
if heavy; then count=20000; else count=5000; fi
seq 1 $count | sed 's/$/-a-name-that-is-a-little-longer/' | sort >/tmp/names
check "create all names" xargs touch </tmp/names
same "all names" $count "$(find . -mindepth 1 | wc -l)"
{ cat /tmp/names; find . -mindepth 1 | sed 's/..//'; } | sort | uniq -u | head -n 3
echo 3 >/proc/sys/vm/drop_caches
same "all names from the server" $count "$(find . -mindepth 1 | wc -l)"
same "no name twice" "" "$(find . | sort | uniq -d)"
same "all attributes" $count "$(ls -l | grep -c '^-rw')"
cd "$MNT"
check "remove the directory" rm -r w-large
