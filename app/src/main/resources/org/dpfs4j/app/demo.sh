# What the demonstration's guest does, in its mount. It makes its files in its own memory first, so that their checksums
# (the lines that begin with @@SUM) say what it meant to write, whatever the mount does with it.
run() {
    echo "# $*"
    "$@"
}

run uname -sr
run grep virtiofs /proc/mounts
run ls -l
run cat hello.txt
check "the host's files are what the host says" sha256sum -c -s sums.txt

made=/tmp/made
mkdir -p "$made/notes"
echo "Hello, host. This is $(uname -sr), and I wrote this file." >"$made/hello.txt"
head -c 3000000 /dev/urandom >"$made/random.bin"
: >"$made/empty"
for number in 1 2 3 4 5 6 7 8 9 10; do
    echo "note $number" >"$made/notes/$number.txt"
done

run cp -r "$made" from-guest
run cp numbers.bin from-guest/numbers.bin
run mv from-guest/notes/10.txt from-guest/notes/ten.txt
run rm from-guest/notes/9.txt
run ln -s ../hello.txt from-guest/link
run chmod 600 from-guest/random.bin
run sync
run ls -l from-guest

mv "$made/notes/10.txt" "$made/notes/ten.txt"
rm "$made/notes/9.txt"
cp numbers.bin "$made/numbers.bin"
cd "$made" && find . -type f | sort | while read -r file; do
    echo "@@SUM $(sha256sum "$file")"
done
