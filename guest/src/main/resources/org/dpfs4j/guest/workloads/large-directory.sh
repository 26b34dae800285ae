workdir w-large
if heavy; then count=20000; else count=5000; fi
seq 1 $count | sed 's/$/-a-name-that-is-a-little-longer/' | xargs touch
same "all names" $count "$(find . -mindepth 1 | wc -l)"
echo 3 >/proc/sys/vm/drop_caches
same "all names from the server" $count "$(find . -mindepth 1 | wc -l)"
same "no name twice" "" "$(find . | sort | uniq -d)"
same "all attributes" $count "$(ls -l | grep -c '^-rw')"
cd "$MNT"
check "remove the directory" rm -r w-large
