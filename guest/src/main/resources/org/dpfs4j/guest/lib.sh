# Functions for workloads. A check prints one line that the host counts; the workload goes on after a failed one.
FAILED=0

pass() {
    echo "@@PASS $*"
}

fail() {
    FAILED=1
    echo "@@FAIL $*"
}

# check WHAT COMMAND...: the command must succeed.
check() {
    what=$1
    shift
    if "$@" >/tmp/check.out 2>&1; then
        pass "$what"
    else
        fail "$what: status $? of '$*': $(head -n 3 /tmp/check.out | tr '\n' ' ')"
    fi
}

# refuse WHAT COMMAND...: the command must fail.
refuse() {
    what=$1
    shift
    if "$@" >/tmp/check.out 2>&1; then
        fail "$what: '$*' succeeded"
    else
        pass "$what"
    fi
}

# same WHAT EXPECTED ACTUAL: two words must be equal.
same() {
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1: expected '$2', got '$3'"
    fi
}

# as_user COMMAND-LINE: runs as uid 1000 with its supplementary group 2000.
as_user() {
    su user -c "$1"
}

# workdir NAME: a fresh directory on the mount, and into it.
workdir() {
    cd "$MNT" && rm -rf "$1" && mkdir "$1" && cd "$1" || fail "workdir $1"
}

# Whether the guest tells the server one supplementary group (Linux 6.3), and the server is one that listens.
supplementary_groups() {
    [ "$SUPPLEMENTARY_GROUPS" != 0 ] && [ "$(printf '%s\n6.3\n' "$(uname -r)" | sort -V | head -n 1)" = 6.3 ]
}

heavy() {
    [ "$HEAVY" = 1 ]
}

# sums FILE: the checksums of all regular files below the current directory, in one order.
sums() {
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum >"$1"
}
