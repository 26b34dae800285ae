workdir w-basics

# Files.
echo one >a
same "write and read" one "$(cat a)"
echo two >>a
same "append" "one two" "$(tr '\n' ' ' <a | sed 's/ $//')"
same "size" 8 "$(stat -c %s a)"
truncate -s 3 a
same "truncate shorter" one "$(cat a)"
truncate -s 5000 a
same "truncate longer" 5000 "$(stat -c %s a)"
same "the longer part is zero" 4997 "$(tail -c 4997 a | tr -d '\1-\377' | wc -c)"
echo X | dd of=a bs=1 seek=1 count=1 conv=notrunc 2>/dev/null
same "write in the middle" oXe "$(head -c 3 a)"
: >a
same "open with truncation" 0 "$(stat -c %s a)"
check "exclusive create of a new name" sh -c 'set -C; echo x >fresh'
refuse "exclusive create of an old name" sh -c 'set -C; echo y >fresh'
same "exclusive create left the file" x "$(cat fresh)"
refuse "read of a missing file" cat missing
same "type of a file" "regular empty file" "$(stat -c %F a)"
head -c 3000001 /dev/urandom >big
same "3 MB read back" "$(sha256sum <big)" "$(cat big | sha256sum)"
echo 3 >/proc/sys/vm/drop_caches
cp big /tmp/big
same "3 MB read back from the server" "$(sha256sum <big)" "$(sha256sum </tmp/big)"
check "fsync" dd if=/tmp/big of=synced bs=65536 conv=fsync
check "direct write" dd if=/tmp/big of=direct bs=4096 count=64 oflag=direct
check "direct read" dd if=direct of=/tmp/direct bs=4096 iflag=direct
check "direct read gives what was written" cmp /tmp/direct direct

# Names.
check "mkdir" mkdir d
refuse "mkdir of an old name" mkdir d
check "mkdir of many levels" mkdir -p d/e/f
refuse "rmdir of a full directory" rmdir d
check "rmdir" rmdir d/e/f
refuse "cat of a directory" cat d
echo r1 >r1
check "rename" mv r1 r2
refuse "the old name is gone" stat r1
same "the new name has the content" r1 "$(cat r2)"
echo r3 >r3
check "rename over another file" mv -f r2 r3
same "it was replaced" r1 "$(cat r3)"
check "rename to another directory" mv r3 d/e/r3
same "it is there" r1 "$(cat d/e/r3)"
check "rename of a directory" mv d/e g
same "its content came along" r1 "$(cat g/r3)"
name255=$(printf '%0255d' 7)
check "a name of 255 bytes" touch "$name255"
refuse "a name of 256 bytes" touch "${name255}x"
check "a name of spaces and UTF-8" touch "with  spaces and ümläut"
check "unlink" rm "with  spaces and ümläut"
refuse "unlink of a missing file" rm missing
exec 5<g/r3
rm g/r3
same "an unlinked open file can be read" r1 "$(cat <&5)"
exec 5<&-
exec 6>held
rm held
echo later >&6
check "an unlinked open file can be written" test $? = 0
exec 6>&-

# Links and special files.
echo l >l1
check "hard link" ln l1 l2
same "link count" 2 "$(stat -c %h l1)"
same "one inode" "$(stat -c %i l1)" "$(stat -c %i l2)"
rm l1
same "the other name stays" l "$(cat l2)"
same "link count after unlink" 1 "$(stat -c %h l2)"
check "symbolic link" ln -s l2 s1
same "readlink" l2 "$(readlink s1)"
same "through the link" l "$(cat s1)"
check "dangling link" ln -s nowhere s2
refuse "through the dangling link" cat s2
check "fifo" mkfifo p
same "type of a fifo" fifo "$(stat -c %F p)"
(echo through >p) &
same "a fifo carries data" through "$(cat p)"
wait

# Attributes.
touch t
chmod 751 t
same "chmod" 751 "$(stat -c %a t)"
chmod 4755 t
same "chmod with set-id" 4755 "$(stat -c %a t)"
chown 123:456 t
same "chown" 123:456 "$(stat -c %u:%g t)"
same "chown clears set-id" 755 "$(stat -c %a t)"
touch -d @1000000000 t
same "touch -d" 1000000000 "$(stat -c %Y t)"
touch -d "2001-02-03 04:05:06" t
same "touch with a date" 981173106 "$(stat -c %Y t)"
before=$(stat -c %Z t)
sleep 1.1
chmod 700 t
check "ctime moves" test "$(stat -c %Z t)" -gt "$before"
echo m >n1
sleep 0.01
echo m >n2
check "times have fractions of a second" test "$(stat -c %y n1)" != "$(stat -c %y n2)"
check "statfs" df "$MNT"
check "statfs has a size" test "$(df -k "$MNT" | tail -n 1 | awk '{print $2}')" -gt 0
mkdir -m 1777 sticky
same "mkdir with a mode" 1777 "$(stat -c %a sticky)"

# Another user.
mkdir u
chown 1000:1000 u
chmod 700 u
check "a user creates in the own directory" as_user "echo mine >u/f"
same "the file is the user's" 1000:1000 "$(stat -c %u:%g u/f)"
check "a user makes a directory" as_user "mkdir u/d"
same "the directory is the user's" 1000:1000 "$(stat -c %u:%g u/d)"
check "a user makes a symbolic link" as_user "ln -s f u/s"
same "the link is the user's" 1000:1000 "$(stat -c %u:%g u/s)"
check "a user makes a fifo" as_user "mkfifo u/p"
same "the fifo is the user's" 1000:1000 "$(stat -c %u:%g u/p)"
check "umask" as_user "umask 077; echo x >u/m"
same "umask gives the mode" 600 "$(stat -c %a u/m)"
echo secret >rootonly
chmod 600 rootonly
refuse "a user cannot read root's file" as_user "cat rootonly"
refuse "a user cannot write in root's directory" as_user "echo x >evil"
refuse "a user cannot chown" as_user "chown 0 u/f"
refuse "a user cannot remove root's file" as_user "rm -f l2"
mkdir shared
chgrp 2000 shared
chmod 2777 shared
check "a user creates in a set-gid directory" as_user "echo g >shared/f"
same "set-gid directory gives its group" 1000:2000 "$(stat -c %u:%g shared/f)"
if supplementary_groups; then
    chmod 2770 shared
    check "a supplementary group lets create" as_user "echo g >shared/g"
    same "the new file has the group" 1000:2000 "$(stat -c %u:%g shared/g)"
fi

# Listing.
mkdir list
for i in 1 2 3 4 5 6 7; do echo $i >list/$i; done
same "readdir" "1 2 3 4 5 6 7" "$(ls list | tr '\n' ' ' | sed 's/ $//')"
same "readdir with dots" 9 "$(ls -a list | wc -l)"
check "rm -r" rm -r list
refuse "the tree is gone" stat list
