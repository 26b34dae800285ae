if [ ! -d "$MNT/tree" ]; then
    fail "the host put no tree into the share"
else
    rm -rf "$MNT/tree-copy" /tmp/tree
    cd "$MNT/tree" && sums /tmp/sums.host
    check "the tree has files" test -s /tmp/sums.host
    check "copy from the mount to the guest" cp -a "$MNT/tree" /tmp/tree
    check "the guest's copy is equal" sh -c 'cd /tmp/tree && sha256sum -c /tmp/sums.host'
    check "copy from the guest to the mount" cp -a /tmp/tree "$MNT/tree-copy"
    echo 3 >/proc/sys/vm/drop_caches
    check "the copy on the mount is equal" sh -c 'cd "$MNT/tree-copy" && sha256sum -c /tmp/sums.host'
    cd "$MNT/tree" && find . | sort >/tmp/names.1
    cd "$MNT/tree-copy" && find . | sort >/tmp/names.2
    check "no name is missing, none is new" cmp /tmp/names.1 /tmp/names.2
    cp /tmp/sums.host "$MNT/tree.sha256"
    rm -rf /tmp/tree
fi
