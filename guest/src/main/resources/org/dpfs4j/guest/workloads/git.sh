workdir w-git
export GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
    GIT_CONFIG_KEY_1=user.name GIT_CONFIG_VALUE_1=guest GIT_CONFIG_KEY_2=user.email GIT_CONFIG_VALUE_2=guest@localhost
export GIT_TEMPLATE_DIR=/etc GIT_EXEC_PATH=/usr/bin
if [ ! -d "$MNT/repository.git" ]; then
    fail "the host put no repository.git into the share"
else
    check "clone" git clone -q --no-local "$MNT/repository.git" clone
    cd clone || fail "no clone"
    check "fsck" git fsck --full --strict
    same "nothing is modified" "" "$(git status --porcelain 2>&1)"
    same "the same commit" "$(git --git-dir="$MNT/repository.git" rev-parse HEAD)" "$(git rev-parse HEAD)"
    echo "from the guest" >guest.txt
    git add guest.txt
    check "commit" git commit -q -m "From the guest"
    check "repack" git gc -q
    check "fsck after repack" git fsck --full
    check "push" git push -q --force origin HEAD:refs/heads/guest
    check "fsck of the repository" git --git-dir="$MNT/repository.git" fsck --full
    check "clone into the guest" git clone -q --no-local "$MNT/w-git/clone" /tmp/clone
    check "fsck in the guest" git --git-dir=/tmp/clone/.git fsck --full
    rm -rf /tmp/clone
fi
