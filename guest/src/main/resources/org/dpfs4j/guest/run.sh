# Runs the workloads in order, each in a shell of its own.
for script in /workloads/*; do
    name=${script#*_}
    echo "@@BEGIN $name"
    (
        cd "$MNT" || exit 1
        . /lib.sh
        . "$script"
        [ "$FAILED" = 0 ]
    )
    status=$?
    cd /
    echo "@@END $name $status"
done
