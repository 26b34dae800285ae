check "the host's file is visible" test -f "$MNT/from-host"
cp "$MNT/from-host" /tmp/from-host
rm -rf "$MNT/from-guest"
cp /tmp/from-host "$MNT/from-guest"
head -c 1000000 /dev/urandom >"$MNT/from-guest.random"
sync
(cd "$MNT" && sha256sum from-host from-guest from-guest.random) >"$MNT/from-guest.sha256"
check "checksums are written" test -s "$MNT/from-guest.sha256"
